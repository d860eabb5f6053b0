"""What citizen numbers say, and what is unusual about them, as messages."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from idverify.domain import model
from idverify.domain.citizen_number import CitizenNumber
from idverify.domain.citizens.provinces import Province, Provinces
from idverify.domain.guidance.numbers import warning_text
from idverify.ports import Clock
from idverify.rpc.convert.answers import citizen_message
from idverify.v1 import enrolment_pb2 as pb


@dataclass(frozen=True, slots=True)
class Numbers:
    """Reads numbers by the provinces and the day."""

    provinces: Provinces
    clock: Clock

    def facts(self, number: CitizenNumber) -> pb.CitizenNumberFacts | None:
        """Return what a number says; None: nothing, as the former 9 digits."""
        said = number.said(self.provinces)
        if said is None:
            return None
        province = said.province or Province(number.province_code, "")
        return pb.CitizenNumberFacts(
            province_code=province.code,
            province_name=province.name,
            province_until=province.until.isoformat() if province.until else "",
            province_now=province.now,
            birth_year=said.birth_year,
            sex=said.sex,
        )

    def citizen(self, citizen: model.Citizen) -> pb.Citizen:
        """Return a citizen, with what is unusual about their number as they are known now."""
        number, today = CitizenNumber(citizen.citizen_number), self.clock.now().date()
        found = number.warnings(citizen.personal_data, self.provinces, today)
        message = citizen_message(citizen)
        message.number_warnings.extend(warning_messages(found))
        return message


def warning_messages(warnings: Iterable[model.NumberWarning]) -> list[pb.NumberWarning]:
    """Return warnings with their texts."""
    told = [(warning, warning_text(warning)) for warning in warnings]
    return [pb.NumberWarning(code=warning.value, text_vi=text.vi, text_en=text.en) for warning, text in told]
