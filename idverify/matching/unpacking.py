"""Files of several impressions taken apart: of ANSI/NIST-ITL, BIRs in XML, records of several views or images."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from idverify.domain.errors import DomainError, Reason
from idverify.domain.model import FingerPosition, ImageFormat, ImageSample, MinutiaeSample, Sample
from idverify.domain.model.citizens import FingerException, FingerFault
from idverify.domain.model.enrolling import SlapPosition, SlapSample, Unpacked
from idverify.matching.containers import is_text_of_a_file, of_birs, of_images, of_text
from idverify.matching.images import read
from matcher.errors import SampleFormatUnsupportedError, SampleInvalidError, SampleResolutionUnknownError
from matcher.formats.ansi_nist import FingerImage, looks_like_ansi_nist, read_transaction
from matcher.formats.ansi_nist.codes import AMPUTATED, FURTHER_GROUPS, SLAPS, finger_of
from matcher.formats.ansi_nist.images import RAW
from matcher.formats.cbeff import looks_like_bir_xml
from matcher.formats.minutiae_record import FingerView, Frame, MinutiaeRecord
from matcher.formats.records import read_record, write_record
from matcher.images.decoding import encode_png
from matcher.images.records.within import holds_images
from matcher.slaps.cutting import SLAP_LIMITS
from matcher.types import Image

_MOST_SEGMENTED = 6
"""Both hands and the thumbs, twice. Each is decoded here, before anybody asks how many samples a call may have."""

_FINGERS = {finger.value: finger for finger in FingerPosition if finger is not FingerPosition.UNKNOWN}


def unpacked(sample: Sample) -> Unpacked | None:
    """Take a file apart; see :meth:`idverify.ports.Biometrics.unpacked`. Raises MatcherError besides."""
    match sample.content:
        case MinutiaeSample() as content:
            record = record_of(content)
            if not record.views:
                raise not_one_impression(0)
            # One view stays as it came, so that the same bytes are known again; and it is not read twice.
            content = replace(content, record=record)
            alone = (replace(sample, position=_FINGERS.get(record.views[0].position), content=content),)
            return _of_finger(sample.position, Unpacked(alone if len(record.views) == 1 else _views(record)))
        case ImageSample(data=data) as content if looks_like_ansi_nist(data):
            return _of_finger(sample.position, _of_file(data, content.resolution_ppi))
        case ImageSample(data=data) as content if looks_like_bir_xml(data):
            return _of_finger(sample.position, of_birs(content, unpacked))
        case ImageSample(data=data) as content if holds_images(data):
            held = of_images(content)
            attested = tuple(replace(one, attestation=sample.attestation) for one in held.samples)
            return _of_finger(sample.position, replace(held, samples=attested) if len(attested) == 1 else held)
        case ImageSample(data=data) as content if content.format is not ImageFormat.RAW_GREY8:
            return of_text(sample, content, unpacked) if is_text_of_a_file(data) else None
    return None


def record_of(content: MinutiaeSample) -> MinutiaeRecord:
    """Read minutiae, once. Raises MatcherError."""
    if isinstance(content.record, MinutiaeRecord):
        return content.record
    size = content.frame
    frame = None if size is None else Frame.at_ppi(size.width, size.height, size.resolution_ppi)
    return read_record(content.data, frame=frame)


def require_one_impression(sample: Sample) -> None:
    """Refuse a file of several impressions where one is asked for, or for what is wrong with it."""
    held = unpacked(sample)
    if held is not None and [one.content for one in held.samples] != [sample.content]:
        raise not_one_impression(len(held.samples) + len(held.slaps))


def not_one_impression(count: int) -> DomainError:
    """Return the refusal of a file of so many impressions where one is asked for."""
    return DomainError(
        Reason.SAMPLE_INVALID,
        f"the file holds {count} impressions; where one is asked for, state the finger of which it has one",
        {"cause": "IMPRESSIONS", "impressions": str(count)},
    )


def _views(record: MinutiaeRecord) -> tuple[Sample, ...]:
    return tuple(Sample(_FINGERS.get(view.position), _one_view(record, view)) for view in record.views)


def _one_view(record: MinutiaeRecord, view: FingerView) -> MinutiaeSample:
    frame = record.frame_of(view)
    alone = replace(
        record,
        views=(replace(view, frame=None if view.frame is None else frame),),
        width=frame.width,
        height=frame.height,
        x_resolution=frame.x_resolution,
        y_resolution=frame.y_resolution,
    )
    return MinutiaeSample(write_record(alone))


def _of_file(data: bytes, stated_ppi: float | None) -> Unpacked:
    transaction = read_transaction(data)
    if sum(bool(image.segments) for image in transaction.images) > _MOST_SEGMENTED:
        raise SampleInvalidError(f"more than {_MOST_SEGMENTED} images of several fingers")
    samples: list[Sample] = []
    slaps: list[SlapSample] = []
    for image in transaction.images:
        finger = finger_of(image.position)
        if finger is not None:
            samples.append(Sample(_FINGERS.get(finger), _content(image, stated_ppi)))
        elif image.segments:
            samples += _cuts(image, stated_ppi)
        elif image.position in SLAPS:
            slaps.append(SlapSample(SlapPosition(image.position), _content(image, stated_ppi)))
        elif image.position in FURTHER_GROUPS:
            raise SampleFormatUnsupportedError(
                f"several fingers (position {image.position}) without their segmentation (field 14.021)"
            )
    for minutiae in transaction.minutiae:
        samples += _views(minutiae.record)
    if not samples and not slaps:
        raise SampleFormatUnsupportedError("the ANSI/NIST-ITL file holds images, and none of a finger")
    shown = {one.position for one in samples}
    missing = (
        FingerException(_FINGERS[finger], FingerFault.MISSING if code == AMPUTATED else FingerFault.BANDAGED)
        for finger, code in transaction.missing.items()
        if code == AMPUTATED or _FINGERS[finger] not in shown
    )
    return Unpacked(tuple(samples), tuple(slaps), tuple(missing))


def _content(image: FingerImage, stated_ppi: float | None) -> ImageSample:
    """Return an image; the resolution of the record is believed over that of the image inside, the caller's over both.

    Raises:
        MatcherError: raw pixels, and nobody states their resolution.
    """
    ppi = stated_ppi or image.ppi
    if image.compression == RAW:
        if ppi is None:
            raise SampleResolutionUnknownError("an image of raw pixels, and no resolution is stated (field 14.008)")
        return ImageSample(image.data, ImageFormat.RAW_GREY8, image.width, image.height, ppi)
    return ImageSample(image.data, resolution_ppi=ppi)


def _cuts(image: FingerImage, stated_ppi: float | None) -> Iterator[Sample]:
    whole = read(_content(image, stated_ppi), SLAP_LIMITS).image
    for segment in image.segments:
        pixels = whole.pixels[segment.top : segment.bottom + 1, segment.left : segment.right + 1]
        if pixels.size == 0:
            raise DomainError(Reason.SAMPLE_INVALID, "a segment lies beyond its image")
        png = encode_png(Image(pixels.copy(), whole.resolution_ppi))
        content = ImageSample(png, ImageFormat.PNG, resolution_ppi=whole.resolution_ppi)
        yield Sample(_FINGERS[segment.finger], content)


def _of_finger(stated: FingerPosition | None, held: Unpacked) -> Unpacked:
    """Keep what is of the finger that the call states, or of a finger that the file does not state."""
    if stated is None:
        return held
    if stated is FingerPosition.UNKNOWN:
        return replace(held, samples=tuple(replace(one, position=stated) for one in held.samples))
    own = tuple(replace(one, position=stated) for one in held.samples if one.position in {None, stated})
    if not own:
        known = [one.position.name for one in held.samples if one.position]
        raise DomainError(
            Reason.SAMPLE_POSITION_MISMATCH,
            "the file holds no impression of the finger that the call states",
            {"stated": stated.name, "record": ",".join(dict.fromkeys(known))},
        )
    return Unpacked(own)
