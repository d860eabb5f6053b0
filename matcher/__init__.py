"""Fingerprint extraction, comparison and search: arrays and bytes in, arrays and bytes out.

What this module lists is the library, and stays; every other path below it may move (docs/matcher.md). A name is
imported when it is first asked for: OpenCV, Numba, FAISS and ONNX Runtime together take most of a second, and nobody
who only needs a type or an error should wait for them.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from matcher.comparison.calibration import Calibration, default_calibration
    from matcher.comparison.compare import Comparison, compare
    from matcher.comparison.fusion import combine_fingers, combine_impressions
    from matcher.comparison.params import comparator_id
    from matcher.comparison.prepared import PreparedTemplate, prepare
    from matcher.errors import (
        ExtractorUnavailableError,
        MatcherError,
        SampleFormatUnsupportedError,
        SampleImplausibleError,
        SampleInvalidError,
        SampleResolutionUnknownError,
        TemplateInvalidError,
    )
    from matcher.extraction.leader import LeaderExtractor, load_leader
    from matcher.extraction.ridge.extractor import RidgeExtractor
    from matcher.formats.records import Frame, MinutiaeRecord, RecordFormat, read_record, view_to_template, write_record
    from matcher.formats.records import convert as convert_record
    from matcher.images.decoding import decode_image, resample
    from matcher.quality.score import Advice, Quality, assess, assess_image
    from matcher.search.gallery import Gallery
    from matcher.search.hits import GalleryHit, SearchOutcome
    from matcher.search.params import GalleryParams
    from matcher.templates.compact import decode as decode_template
    from matcher.templates.compact import encode as encode_template
    from matcher.types import Extractor, FingerPosition, Image, MinutiaKind, Template

__all__ = [
    "Advice",
    "Calibration",
    "Comparison",
    "Extractor",
    "ExtractorUnavailableError",
    "FingerPosition",
    "Frame",
    "Gallery",
    "GalleryHit",
    "GalleryParams",
    "Image",
    "LeaderExtractor",
    "MatcherError",
    "MinutiaKind",
    "MinutiaeRecord",
    "PreparedTemplate",
    "Quality",
    "RecordFormat",
    "RidgeExtractor",
    "SampleFormatUnsupportedError",
    "SampleImplausibleError",
    "SampleInvalidError",
    "SampleResolutionUnknownError",
    "SearchOutcome",
    "Template",
    "TemplateInvalidError",
    "assess",
    "assess_image",
    "combine_fingers",
    "combine_impressions",
    "comparator_id",
    "compare",
    "convert_record",
    "decode_image",
    "decode_template",
    "default_calibration",
    "encode_template",
    "load_leader",
    "prepare",
    "read_record",
    "resample",
    "view_to_template",
    "write_record",
]

_NAMES_OF = {
    "comparison.calibration": ("Calibration", "default_calibration"),
    "comparison.compare": ("Comparison", "compare"),
    "comparison.fusion": ("combine_fingers", "combine_impressions"),
    "comparison.params": ("comparator_id",),
    "comparison.prepared": ("PreparedTemplate", "prepare"),
    "errors": (
        "ExtractorUnavailableError",
        "MatcherError",
        "SampleFormatUnsupportedError",
        "SampleImplausibleError",
        "SampleInvalidError",
        "SampleResolutionUnknownError",
        "TemplateInvalidError",
    ),
    "extraction.leader": ("LeaderExtractor", "load_leader"),
    "extraction.ridge.extractor": ("RidgeExtractor",),
    "formats.records": (
        "Frame",
        "MinutiaeRecord",
        "RecordFormat",
        "convert_record",
        "read_record",
        "view_to_template",
        "write_record",
    ),
    "images.decoding": ("decode_image", "resample"),
    "quality.score": ("Advice", "Quality", "assess", "assess_image"),
    "search.gallery": ("Gallery",),
    "search.hits": ("GalleryHit", "SearchOutcome"),
    "search.params": ("GalleryParams",),
    "templates.compact": ("decode_template", "encode_template"),
    "types": ("Extractor", "FingerPosition", "Image", "MinutiaKind", "Template"),
}
_HOMES = {name: f"{__name__}.{module}" for module, names in _NAMES_OF.items() for name in names}
_THERE = {"convert_record": "convert", "decode_template": "decode", "encode_template": "encode"}
"""What a name is called at home, where the module's name beside it says what is meant."""


if not TYPE_CHECKING:  # to a type checker the names are those imported above, and no others

    def __getattr__(name: str) -> Any:
        """Import a public name when it is first asked for (PEP 562)."""
        if name not in _HOMES:
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        value = getattr(import_module(_HOMES[name]), _THERE.get(name, name))
        globals()[name] = value
        return value

    def __dir__() -> list[str]:
        return sorted(globals().keys() | set(__all__))
