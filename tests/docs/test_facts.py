"""Numbers and names that pages state are those of the code."""

from __future__ import annotations

import re

import pytest

from enroll_tools.bulk import calls
from idverify.client.assertion import MOST_LIFETIME
from idverify.client.offline.confirmation import MOST_DAYS
from idverify.domain import policy
from idverify.domain.assertions.confirmation import LONGEST
from idverify.domain.assertions.status_list import SIZE
from idverify.domain.claims import LIFETIME
from idverify.domain.model.enrolling import ProfileDemand
from idverify.ports import Stage
from idverify.printing.page import QR_BYTES
from idverify.records.catalogue import LARGEST_RECORD
from idverify.records.profiles import load_profiles
from idverify.rpc.convert.samples import MOST_SAMPLE_BYTES
from idverify.services import enrolment, identification, operations, verification
from idverify.services.calls import paging
from idverify.services.prints import duplicate_pairs, duplicates
from idverify.services.prints.sequence import OWN_FMR
from idverify.telemetry.watching.few import OTHERS
from idverify.telemetry.watching.metrics import _MOST_MODELS
from matcher.comparison.params import default_params
from matcher.extraction.leader import DEFAULT_MINIMUM_QUALITY, MAX_MINUTIAE
from matcher.extraction.ridge.params import DEFAULT_RIDGE
from matcher.formats.minutiae_fields import DEFAULT_LIMIT
from matcher.formats.minutiae_record import Quirk
from matcher.formats.record_conversion import Loss
from matcher.images.limits import DEFAULT_LIMITS
from matcher.quality.score import DEFAULT_PARAMS as QUALITY
from matcher.quality.score import QUALITY_ALGORITHM
from matcher.search.params import GalleryParams, RetrievalParams
from matcher.slaps.cutting import SLAP_LIMITS
from tests.places import DOCS

MIB = 1 << 20
SEARCH, KEPT, RIDGE, COMPARED = RetrievalParams(), GalleryParams(), DEFAULT_RIDGE, default_params()
WORDS = {5: "five", 6: "six", 8: "eight", 10: "ten", 1000: "thousand"}


def thousands(number: int) -> str:
    return f"{number:,}".replace(",", " ")


def wanted(demand: ProfileDemand) -> str:
    if demand.one_of:
        return " or ".join(demand.one_of)
    return f"{demand.least} or more" if demand.least is not None else f"{demand.most} or less"


VN_110 = load_profiles()["vn-110-2020"]

FACTS = [
    ("watching.md", f"({_MOST_MODELS}, the rest are `{OTHERS}`)"),
    *(("watching.md", f"`{stage.value}`") for stage in Stage),
    ("service.md", f"or {policy.DEFAULT_TARGET_FMR:.4f}."),
    ("service.md", f"| image file or raw pixels | {MOST_SAMPLE_BYTES // MIB} MiB, {DEFAULT_LIMITS.max_side} x "),
    (
        "service.md",
        f"| slap | {MOST_SAMPLE_BYTES // MIB} MiB, {SLAP_LIMITS.max_pixels_500 / 1e6:g} million pixels at 500",
    ),
    ("enrolment.md", f"and {SLAP_LIMITS.max_pixels_500 / 1e6:g} million pixels at 500 dpi"),
    ("enrolment.md", f"at a false match rate of {OWN_FMR:g} or less"),
    *(("enrolment.md", f"| `{demand.test.value}` | {wanted(demand)} |") for demand in VN_110.demands),
    ("service.md", f"| minutiae record | {DEFAULT_LIMIT >> 10} KiB, one view |"),
    ("service.md", f"| samples of an enrolment | {enrolment.MOST_ENROLLED_SAMPLES}, "),
    ("service.md", f"| samples of a verification or a search | {verification.MOST_PROBES}, "),
    ("service.md", f"| samples of a verification or a search | {identification.MOST_PROBES}, "),
    ("service.md", f"| linked record | {LARGEST_RECORD >> 10} KiB |"),
    ("service.md", f"| page | {paging._LARGEST_PAGE} |"),
    ("service.md", f"the surest {WORDS[duplicate_pairs.MOST_PAIRS]} pairs"),
    ("service.md", f"waits {WORDS[round(operations.MOST_WAIT_SECONDS)]} seconds at most"),
    ("procedures.md", f"{policy.TARGET_FMR_RANGE[0]:.0e}".replace("e-06", "e-6") + f" to {policy.TARGET_FMR_RANGE[1]}"),
    ("assertion.md", f"| {LIFETIME.seconds} seconds after `iat` |"),
    ("client.md", f"a longer life than {MOST_LIFETIME} s"),
    ("confirmations.md", f"no longer than {LONGEST.days} days"),
    ("confirmations.md", f"the {QR_BYTES} bytes of the largest code"),
    ("confirmations.md", f"{MOST_DAYS} days and an hour"),
    ("confirmations.md", f"{thousands(SIZE)} to a list"),
    ("assertion.md", f"never claimed below {policy.LOWEST_CLAIMABLE_FMR:.0e} for one finger".replace("e-0", "e-")),
    ("assertion.md", f", {policy.LOWEST_CLAIMABLE_FMR_OF_SEVERAL:.0e} for several"),
    ("extraction.md", f"{DEFAULT_LIMITS.min_side} to {DEFAULT_LIMITS.max_side} pixels"),
    ("extraction.md", f"{DEFAULT_LIMITS.min_ppi:.0f} to {DEFAULT_LIMITS.max_ppi:.0f} ppi; wins"),
    ("extraction.md", f"{DEFAULT_LIMITS.min_file_ppi:.0f} to {DEFAULT_LIMITS.max_file_ppi:.0f} ppi, both axes"),
    ("extraction.md", f"Minutiae of quality {DEFAULT_MINIMUM_QUALITY} and more are kept"),
    ("extraction.md", f"No more than the {MAX_MINUTIAE} best are kept"),
    ("extraction.md", f"those from {COMPARED.cylinder_quality} on have cylinders"),
    ("extraction.md", f"exp(−N / {QUALITY.scale:.0f})"),
    ("extraction.md", f"exp(−d² / 2·{QUALITY.reach:.0f}²)"),
    ("extraction.md", f"`{QUALITY_ALGORITHM}`"),
    ("extraction.md", f"score {QUALITY.usable_score} and {QUALITY.usable_minutiae} minutiae on"),
    ("extraction.md", f"the sum of quality⁵ must be {QUALITY.usable_evidence}"),
    ("extraction.md", f"below {policy.THIN_BELOW_QUALITY} a non-match is `INCONCLUSIVE`"),
    ("extraction.md", f"Below score {QUALITY.good_score}, and only there"),
    ("extraction.md", f"| evidence below {QUALITY.finger_evidence}"),
    ("extraction.md", f"more than {QUALITY.wet_darkness:.0%}".replace("%", " %")),
    ("extraction.md", f"less than {QUALITY.dry_darkness:.0%}".replace("%", " %")),
    ("extraction.md", f"below {QUALITY.low_contrast:.0f} grey levels"),
    ("extraction.md", f"below {QUALITY.small_area:.0f} mm²"),
    ("extraction.md", f"fewer than {QUALITY.few_minutiae} of quality 0.5"),
    ("accuracy.md", f"INCONCLUSIVE below {policy.THIN_BELOW_QUALITY}:"),
    ("comparison.md", f"Who scores less than {COMPARED.local.least_score:g} and has no three pairs"),
    ("comparison.md", f"Fewer than {COMPARED.local.turns.few} cylinders say"),
    ("comparison.md", f"up to {WORDS[COMPARED.growth.starts]} times, it grows"),
    ("identification.md", f"the {SEARCH.lists[0]} to {SEARCH.lists[1]}\n   nearest lists"),
    ("identification.md", f"some {thousands(SEARCH.scanned)} codes, and the {SEARCH.neighbours} nearest are kept"),
    ("identification.md", f"each of the {SEARCH.weighed} impressions"),
    ("identification.md", f"at most {SEARCH.shortlist}, go to the comparator"),
    ("identification.md", f"With evidence below {SEARCH.least_evidence:.0f} nobody"),
    ("identification.md", f"Up to {SEARCH.exhaustive_up_to} impressions all are verified"),
    ("identification.md", f"up to {thousands(KEPT.largest_segment)} impressions"),
    ("identification.md", f"{WORDS[KEPT.fan_out]} of about one size at a time"),
    ("identification.md", f"an FPIR of {duplicates.ENROLMENT_FPIR}:"),
    ("identification.md", f"up to {WORDS[duplicates.MOST_SUSPECTS]} suspects"),
    ("enrolment-tools.md", f"({calls.MOST_SAMPLES}, or {calls.MOST_BYTES // MIB} MiB)"),
    ("ridge-extractor.md", f"one of {RIDGE.enhancement.directions} directions × {RIDGE.enhancement.periods} periods"),
    (
        "ridge-extractor.md",
        f"a Gaussian of {RIDGE.enhancement.width} periods, {RIDGE.enhancement.length} times as long",
    ),
    ("ridge-extractor.md", f"islands and holes below {RIDGE.skeleton.smallest_island} pixels"),
    ("ridge-extractor.md", f"Spurs below {RIDGE.skeleton.spur:.0f} pixels"),
    ("ridge-extractor.md", f"a window of {RIDGE.period.across}×{RIDGE.period.along}"),
    ("ridge-extractor.md", f"the strongest of {RIDGE.period.steps} tapered waves"),
    ("ridge-extractor.md", f"moved {RIDGE.minutiae.advance} pixels ahead"),
    ("ridge-extractor.md", f"Less than {RIDGE.mask.least_area:.0f} mm² is no finger"),
]


@pytest.mark.parametrize(("page", "statement"), FACTS)
def test_what_a_page_says_is_so(page: str, statement: str) -> None:
    assert statement in (DOCS / page).read_text(encoding="utf-8"), "the code says so, the page does not"


def test_every_quirk_and_loss_of_a_record_is_explained() -> None:
    page = (DOCS / "formats.md").read_text(encoding="utf-8")
    tolerated = page.partition("### What is tolerated")[2].partition("### To a template")[0]
    images = page.partition("## Finger image records")[2].partition("## Around a record")[0]
    lines = (tolerated + images).splitlines()
    first_cells = " ".join(line.split("|")[1] for line in lines if line.startswith("| `"))
    assert set(re.findall(r"`([A-Z_]+)`", first_cells)) == {quirk.name for quirk in Quirk}
    converting = page.partition("### Converting")[2].partition("### Layout")[0]
    assert set(re.findall(r"`([A-Z_]+)`", converting)) - {"SAMPLE_INVALID"} == {loss.name for loss in Loss}
