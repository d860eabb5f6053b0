"""A report of a renewal counts everything, and lists the first of it."""

from __future__ import annotations

from idverify.domain.enrolling.renewal import MOST_LISTED, KeptTemplate, KeptWhy, RenewalReport
from idverify.domain.model import FingerPosition


def test_all_are_counted_and_the_first_listed() -> None:
    report = RenewalReport("later", dry_run=False)
    for number in range(MOST_LISTED + 5):
        kept = KeptTemplate(f"kept-{number}", FingerPosition.LEFT_THUMB, "former", KeptWhy.UNLIKE)
        report = report.leaving(kept).needing_capture(f"needing-{number}")
    assert (report.kept_count, report.need_capture_count) == (MOST_LISTED + 5,) * 2
    assert [kept.subject_id for kept in report.kept] == [f"kept-{n}" for n in range(MOST_LISTED)]
    assert list(report.need_capture) == [f"needing-{n}" for n in range(MOST_LISTED)]
