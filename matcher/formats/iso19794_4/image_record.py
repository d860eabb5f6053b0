"""What a finger image record holds, whichever edition. Nothing is corrected or decoded here."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum, StrEnum

from matcher.formats.minutiae_record import NOT_REPORTED, Capture, QualityBlock, RecordWarning
from matcher.formats.units import ppi_of


class ImageRecordFormat(StrEnum):
    """The editions that are read and written."""

    ISO_19794_4_2005 = "iso-19794-4-2005"
    ANSI_381_2004 = "ansi-381-2004"
    ISO_19794_4_2011 = "iso-19794-4-2011"


class Coding(Enum):
    """How the image within is coded: its code in the edition of 2005, which ANSI has too, and in that of 2011."""

    UNCOMPRESSED = (0, 0)
    BIT_PACKED = (1, 1)
    WSQ = (2, 2)
    JPEG = (3, 3)
    JPEG_2000 = (4, 4)
    JPEG_2000_LOSSLESS = (4, 5)
    PNG = (5, 6)

    def code(self, edition: ImageRecordFormat) -> int:
        """Return the code of an edition; that of 2005 has one for both kinds of JPEG 2000."""
        return self.value[edition is ImageRecordFormat.ISO_19794_4_2011]


@dataclass(frozen=True, slots=True)
class Sampling:
    """How many pixels there are to a unit of length, when scanned and in the image; 16 bits each.

    Attributes:
        units: 1 inch, 2 centimetre.
        scan_x, scan_y: of the scanner.
        image_x, image_y: of the image, as it may have been scaled down; 0 where a writer left it out.
    """

    units: int
    scan_x: int
    scan_y: int
    image_x: int
    image_y: int

    @classmethod
    def at_ppi(cls, ppi: float) -> Sampling:
        """Return what an image says that is as it was scanned."""
        rounded = round(ppi)
        return cls(1, rounded, rounded, rounded, rounded)

    @property
    def ppi(self) -> tuple[float, float] | None:
        """Pixels per inch of the image in x and y; None for a unit that is none, or a rate of zero."""
        rates = self.image_x, self.image_y
        if self.units not in {1, 2} or 0 in rates:
            return None
        x, y = (ppi_of(rate) if self.units == 2 else float(rate) for rate in rates)
        return x, y


@dataclass(frozen=True, slots=True)
class FingerImageView:
    """One image.

    Attributes:
        position: finger position code: 0 unknown, 1 to 5 right thumb to little, 6 to 10 left, 13 to 15 slaps; 8 bits.
        impression_type: 0 live plain, 1 live rolled, ...; 8 bits.
        width, height: in pixels; 16 bits.
        data: the image as it is coded.
        sampling: pixels to a unit of length; one for all views in the edition of 2005.
        coding: code of the coding, in the edition's numbers; one for all views in the edition of 2005; 8 bits.
        depth: bits of a pixel; one for all views in the edition of 2005; 8 bits.
        quality: 0 to 100, 254 not reported, 255 failed. Edition of 2011: that of the first quality block.
        view_number, view_count: which of how many views of this finger; the count in the edition of 2005 only; 8 bits.
        quality_blocks, capture: edition of 2011.
        extended: segments, annotations, comments and what vendors put after the image, verbatim; edition of 2011.
    """

    position: int
    impression_type: int
    width: int
    height: int
    data: bytes
    sampling: Sampling
    coding: int
    depth: int = 8
    quality: int = NOT_REPORTED
    view_number: int = 0
    view_count: int = 1
    quality_blocks: tuple[QualityBlock, ...] = ()
    capture: Capture | None = None
    extended: bytes = b""


@dataclass(frozen=True, slots=True)
class FingerImageRecord:
    """A finger image record.

    Attributes:
        format: its edition.
        views: the images, in the order of the record.
        finger_count: how many fingers, as the header says; None: to be counted at writing; 8 bits.
        certified: 1 if the views state certifications; edition of 2011.
        device_id: number of the capture device; edition of 2005, 16 bits.
        acquisition_level: image acquisition settings level; edition of 2005, 16 bits.
        vendor_id, product_id: who made the record, with what (ANSI only); 16 bits.
        warnings: what was tolerated while reading; not written.
    """

    format: ImageRecordFormat
    views: tuple[FingerImageView, ...]
    finger_count: int | None = None
    certified: int = 0
    device_id: int = 0
    acquisition_level: int = 0
    vendor_id: int = 0
    product_id: int = 0
    warnings: tuple[RecordWarning, ...] = ()

    @property
    def fingers(self) -> int:
        """How many fingers the header is to say: as it was read, or of how many positions there are views."""
        return len({view.position for view in self.views}) if self.finger_count is None else self.finger_count

    def coding_of(self, view: FingerImageView) -> Coding | None:
        """Return what the code of a view stands for; None for a code that the edition does not list."""
        return next((coding for coding in Coding if coding.code(self.format) == view.coding), None)
