"""What a citizen is told of their request about data that are held on them."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from idverify.domain.catalogue.local_day import day_in_viet_nam
from idverify.domain.guidance.language import Text, sentences, worded
from idverify.domain.law.requests import SubjectRequest, SubjectRequestState


def letter(request: SubjectRequest) -> Text:
    """Return what the citizen is told, however the request stands. It names nobody: the officer writes to whom."""
    told = [
        worded(
            "letters",
            f"state-{request.state.value}",
            kind=worded("letters", f"kind-{request.kind.value}"),
            received=day_in_viet_nam(request.received),
            id=request.subject_request_id,
        )
    ]
    if request.grounds:
        told.append(Text(request.grounds, request.grounds))
    if request.state is SubjectRequestState.OPEN and request.reply_due is not None:
        told.append(worded("letters", "reply-due", day=_last(request.reply_due)))
    if request.due is not None and request.state in {SubjectRequestState.OPEN, SubjectRequestState.ACCEPTED}:
        told.append(worded("letters", "due", day=_last(request.due)))
    return sentences(told)


def _last(over: datetime) -> date:
    """Return the last day of a period, given the first moment after it."""
    return day_in_viet_nam(over - timedelta(microseconds=1))
