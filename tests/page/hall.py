"""A hall of an agency: a counter that has worked, and whoever leads it or audits it, each with a certificate."""

from __future__ import annotations

import base64
import json
import uuid
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx2
from google.protobuf.json_format import MessageToDict

from tests.e2e.certificates import Authority
from tests.e2e.doors import Pair
from tests.e2e.harness import NUMBER, OTHER_NUMBER, RunningServer, enrolment, print_of
from tests.page.browser import WIDE, Window
from tests.page.sites import start_site

AGENCY, PROCEDURE = "H05.12", "1.001193"
THIRD_NUMBER = "027199000003"
_CLIENTS = f"""
[clients.counter-1]
roles = ["counter", "enroller"]
sample_kinds = ["minutiae", "image"]
agency_code = "{AGENCY}"
procedures = {{ "*" = ["*"] }}
[clients.hall]
roles = ["counter", "admin", "auditor"]
agency_code = "{AGENCY}"
procedures = {{ "*" = ["*"] }}
"""


@dataclass
class Hall:
    """The service, and who calls it."""

    server: RunningServer
    authority: Authority

    @property
    def url(self) -> str:
        """Where the pages are."""
        return f"https://{self.server.http}"

    def call(self, path: str, body: dict[str, Any], client: str = "counter-1") -> httpx2.Response:
        """Call as a client."""
        with self._asking(client) as asking:
            return asking.post(path, json=body, headers={"idempotency-key": str(uuid.uuid4())})

    def read(self, path: str, client: str = "hall") -> dict[str, Any]:
        """Get something as a client."""
        with self._asking(client) as asking:
            told: dict[str, Any] = asking.get(path).json()
        return told

    def window(self, browser: Any, size: tuple[int, int] = WIDE) -> Window:
        """Open a window for whoever leads the hall."""
        folder = self.authority.folder
        pair = {"certPath": str(folder / "hall.crt"), "keyPath": str(folder / "hall.key")}
        certificates = [{"origin": self.url, **pair}]
        return Window(browser, self.url, size, ignore_https_errors=True, client_certificates=certificates)

    def done(self, path: str, body: dict[str, Any], client: str = "counter-1") -> dict[str, Any]:
        """Call, and hold that it was done."""
        answer = self.call(path, body, client)
        assert answer.status_code == 200, answer.text
        told: dict[str, Any] = answer.json()
        return told

    def _asking(self, client: str) -> httpx2.Client:
        return httpx2.Client(base_url=self.url, verify=Pair(self.authority, client).for_http())


def open_hall(folder: Path) -> Hall:
    """Start the service, and have a counter work: a match, and a stranger, after whom no try is taken."""
    authority = Authority(folder)
    for name in ("server", "counter-1", "hall"):
        authority.issue(name)
    (folder / "clients.toml").write_text(_CLIENTS, "utf-8")
    server = start_site(
        folder,
        clients_file=folder / "clients.toml",
        tls_cert=folder / "server.crt",
        tls_key=folder / "server.key",
        tls_client_ca=authority.path,
        second_person=["erase", "admin-client"],
        attempts_free=1,
        attempts_delay_seconds=600,
        attempts_longest_delay_seconds=600,
    )
    hall = Hall(server, authority)
    try:
        _at_work(hall)
    except BaseException:
        hall.server.stop()  # or its thread would keep the process
        raise
    return hall


def _at_work(hall: Hall) -> None:
    _allow_exceptions(hall)
    for number, who in ((NUMBER, "alice"), (OTHER_NUMBER, "carol"), (THIRD_NUMBER, "dora")):
        hall.done("/v1/citizens", MessageToDict(enrolment(number, who)))
    _verify(hall, NUMBER, "alice/RIGHT_INDEX/81")
    _verify(hall, OTHER_NUMBER, "bob/RIGHT_INDEX/82")


def ask_exception(hall: Hall) -> str:
    """Have an officer vouch for a citizen; return the transaction, which waits for a second one."""
    context = {"procedureCode": PROCEDURE, "officerId": "CB-1", "counterId": "3"}
    begun = hall.done("/v1/transactions", {"context": context, "citizenNumber": NUMBER})
    standing, nonce = begun["standing"], begun["nonce"]
    step = {"transactionId": standing["transactionId"], "nonce": nonce, "step": standing["step"]}
    asked = {
        "context": {"officerId": "CB-1"},
        "step": step,
        "citizenNumber": NUMBER,
        "reason": "EXCEPTION_REASON_INJURED",
        "documents": [{"kind": "DOCUMENT_KIND_IDENTITY_CARD", "number": "027 199"}],
    }
    hall.done(f"/v1/transactions/{standing['transactionId']}:askException", asked)
    transaction_id: str = standing["transactionId"]
    return transaction_id


def _verify(hall: Hall, number: str, print_: str) -> None:
    context = {"procedureCode": PROCEDURE, "officerId": "CB-1"}
    sample = MessageToDict(print_of(print_))
    hall.done("/v1/verifications", {"context": context, "citizenNumber": number, "samples": [sample]})


def _allow_exceptions(hall: Hall) -> None:
    exported = hall.read("/v1/catalogue:export?format=CATALOGUE_FORMAT_JSON")
    procedures = json.loads(base64.b64decode(exported["content"]))["procedures"]
    procedure = next(each for each in procedures if each["code"] == PROCEDURE)
    changed = {"procedures": [procedure | {"exceptions_allowed": True, "legal_basis": "Luật Hộ tịch"}]}
    content = base64.b64encode(json.dumps(changed).encode()).decode()
    hall.done("/v1/catalogue:import", {"format": "CATALOGUE_FORMAT_JSON", "content": content}, "hall")
