"""Signing in: to the provider and back, by state, nonce and PKCE, each for one browser and once."""

from __future__ import annotations

import hmac
import secrets
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import timedelta

from idverify.access.officers.claims import ClaimNames, NotAnOfficerError, name_of, officer_of
from idverify.access.officers.provider import Granted, Provider, ProviderError, RefusedError
from idverify.access.officers.sent_away import SentAway, WaysToTheProvider
from idverify.access.officers.sessions import Session, Sessions
from idverify.domain.errors import DomainError, Reason
from idverify.domain.model import Caller, Client, Officer, OfficerRole, RequestContext, ShownSession
from idverify.domain.vouching.officers import same_officer
from idverify.ports import Clock, SessionShown, SignInBegun, SignInEnded, WitnessShown

_RANDOM_BYTES = 32


@dataclass(frozen=True, slots=True)
class Recorder:
    """Puts on the record who signed in and out, and who did not get in.

    Attributes:
        done: takes an action, the outcome and the officer.
        denied: takes a reason, what is known of the officer and the address.
    """

    done: Callable[[str, str, RequestContext], None]
    denied: Callable[[Reason, RequestContext, str], None]


class OfficerSignIn:
    """Implements the port ``OfficerDoor``, and tells callers by sessions; any thread.

    Args:
        provider: that is asked.
        sessions: that are kept.
        names: where the provider says what.
        page_url: where the pages are, without a path.
        page_client: as the registry has the client that calls of pages are of; None: it has none.
        clock: the time.
        recorder: what goes to the trail.
        monotonic: seconds.
    """

    # As many parameters as parts of the world that a sign-in touches.
    def __init__(
        self,
        provider: Provider,
        sessions: Sessions,
        names: ClaimNames,
        page_url: str,
        page_client: Callable[[], Client | None],
        clock: Clock,
        recorder: Recorder,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._provider = provider
        self._sessions = sessions
        self._names = names
        self._page_url = page_url
        self._page_client = page_client
        self._clock = clock
        self._recorder = recorder
        self._monotonic = monotonic
        self._ways = WaysToTheProvider(monotonic)

    @property
    def protected(self) -> bool:
        """Whether pages are reached by TLS."""
        return self._page_url.startswith("https:")

    def begin(self, return_to: str, second_for: str, shown: ShownSession | None) -> SignInBegun:
        """Send an officer to the provider; see the port."""
        if second_for:
            self._session(shown, asked=True)
        state, nonce, verifier = (secrets.token_urlsafe(_RANDOM_BYTES) for _ in range(3))
        try:
            location = self._provider.sign_in_url(state, nonce, verifier)
        except (ProviderError, RefusedError) as error:
            raise _failed("PROVIDER", f"the provider cannot be asked now: {error}") from None
        sent = SentAway(state, nonce, verifier, return_to, second_for, _seconds(self._clock))
        return SignInBegun(location, self._ways.sealed(sent))

    def finish(self, answer: dict[str, str], browser: str, shown: ShownSession | None, peer: str) -> SignInEnded:
        """Take what the provider sent an officer back with; see the port."""
        sent = self._ways.returned(answer.get("state", ""), browser)
        if sent is None:
            self._recorder.denied(Reason.SIGN_IN_FAILED, RequestContext(), peer)
            raise _failed("STATE", "nobody was sent to sign in from this browser, or it was too long ago: begin anew")
        known = RequestContext()
        try:
            granted = self._granted(answer, sent)
            known = RequestContext(officer_id=_known_id(granted, self._names))
            officer = officer_of(granted.claims, self._names)
            self._require_welcome(officer)
            if sent.second_for:
                return self._second(sent, officer, granted, shown)
        except (ProviderError, RefusedError, NotAnOfficerError, DomainError) as error:
            self._recorder.denied(Reason.SIGN_IN_FAILED, known, peer)
            return SignInEnded(sent.return_to, _problem(answer, error), witness=bool(sent.second_for))
        if shown is not None:
            self._sessions.end(shown.session_id)
        subject = str(granted.claims["sub"])
        session_id = self._sessions.begin(officer, subject, name_of(granted.claims), granted.tokens)
        self._recorder.done("SignIn", "SIGNED_IN", _context(officer))
        return SignInEnded(sent.return_to, session_id=session_id)

    def session(self, shown: ShownSession | None) -> SessionShown | None:
        """Return what a page may know of its session; being looked at makes it last no longer."""
        try:
            session = self._session(shown, asked=False)
        except DomainError:
            return None
        expires = self._clock.now() + timedelta(seconds=self._sessions.seconds_left(session))
        idle = int(self._sessions.limits.idle)
        return SessionShown(session.officer, session.name, session.csrf, expires, idle)

    def witness(self, shown: ShownSession | None, target: str) -> WitnessShown | None:
        """Return the word of a second officer about something."""
        session = self._session(shown, asked=True)
        found = self._sessions.witness(session, target=target)
        if found is None or found.used_for:
            return None
        expires = self._clock.now() + timedelta(seconds=found.until - self._monotonic())
        return WitnessShown(found.officer, found.name, found.ticket, expires)

    def end(self, shown: ShownSession | None) -> str:
        """End a session; see the port."""
        session = self._session(shown, asked=True)
        assert shown is not None
        self._require_own_page(session, shown)
        self._sessions.end(shown.session_id)
        self._recorder.done("SignOut", "SIGNED_OUT", _context(session.officer))
        try:
            return self._provider.sign_out_url(session.tokens.id_token, f"{self._page_url}/")
        except (ProviderError, RefusedError):
            return ""

    def caller_of(self, shown: ShownSession) -> Caller:
        """Return the caller of a page: its client, with the officer who is known to sit there.

        Raises:
            DomainError: SESSION_ENDED, CSRF_TOKEN_WRONG; CLIENT_UNKNOWN if the pages' client is not registered.
        """
        session = self._session(shown, asked=True)
        if shown.changes or shown.witness:
            self._require_own_page(session, shown)
        officer = session.officer
        if shown.witness:
            found = self._sessions.witness(session, ticket=shown.witness)
            if found is None:
                raise _ended("the word of the second officer has ended: let them sign in again")
            officer = self._sessions.as_witness(found)
        client = self._page_client()
        if client is None:
            raise DomainError(Reason.CLIENT_UNKNOWN, "the client of the pages (page_client) is not registered")
        return replace(client.caller, officer=officer)

    def check_again(self, seconds: float) -> None:
        """Ask the provider about who signed in a while ago, and end the sessions of who is no officer any more."""
        for digest, session in self._sessions.due(seconds):
            try:
                granted = self._provider.again(session.tokens, session.subject)
                officer = officer_of(granted.claims, self._names)
                if replace(officer, roles=session.officer.roles) != session.officer:
                    raise NotAnOfficerError("OTHER")  # noqa: TRY301 - one of the ways to be none
            except ProviderError:
                return  # the others would have to wait for it too; asked again the next time
            except (RefusedError, NotAnOfficerError):
                self._sessions.renewed(digest, None, None)
                self._recorder.done("SignOut", "ENDED_BY_PROVIDER", _context(session.officer))
            else:
                self._sessions.renewed(digest, officer, granted.tokens)

    def _granted(self, answer: dict[str, str], sent: SentAway) -> Granted:
        if answer.get("iss", self._provider.issuer) != self._provider.issuer:
            raise RefusedError("answer of another provider")
        if "iss" not in answer and self._provider.names_itself():
            raise RefusedError("answer without its provider")
        if "code" not in answer:
            raise RefusedError("no code")
        return self._provider.exchange(answer["code"], sent.verifier, sent.nonce, sent.at)

    def _second(self, sent: SentAway, officer: Officer, granted: Granted, shown: ShownSession | None) -> SignInEnded:
        first = self._session(shown, asked=True)
        same = first.subject == granted.claims["sub"] or same_officer(first.officer.officer_id, officer.officer_id)
        elsewhere = officer.agency_code != first.officer.agency_code
        if same or elsewhere or OfficerRole.SUPERVISOR not in officer.roles:
            raise NotAnOfficerError("SECOND")
        self._sessions.add_witness(first, officer, name_of(granted.claims), sent.second_for)
        self._recorder.done("SignIn", "WITNESS", replace(_context(officer), transaction_id=sent.second_for))
        return SignInEnded(sent.return_to, witness=True)

    def _require_welcome(self, officer: Officer) -> None:
        """An officer of another agency than the pages' client is for could call nothing."""
        client = self._page_client()
        bound = client.may.agency_code if client is not None else None
        if bound is not None and officer.agency_code not in {"", bound}:
            raise NotAnOfficerError("AGENCY")

    def _session(self, shown: ShownSession | None, *, asked: bool) -> Session:
        known = shown is not None and (shown.protected or not self.protected)
        session = self._sessions.get(shown.session_id, asked=asked) if shown is not None and known else None
        if session is None:
            raise _ended("nobody is signed in here, or not any more: sign in")
        return session

    def _require_own_page(self, session: Session, shown: ShownSession) -> None:
        if not hmac.compare_digest(session.csrf.encode(), shown.csrf.encode()) or shown.origin != self._page_url:
            raise DomainError(
                Reason.CSRF_TOKEN_WRONG, "what changes something comes from our page, with its X-CSRF-Token (/session)"
            )


def _problem(answer: dict[str, str], error: Exception) -> str:
    if answer.get("error") == "access_denied":
        return "DENIED"
    return "NO_ROLE" if isinstance(error, NotAnOfficerError) else "FAILED"


def _known_id(granted: Granted, names: ClaimNames) -> str:
    try:
        return officer_of(granted.claims, names).officer_id
    except NotAnOfficerError:
        return ""


def _context(officer: Officer) -> RequestContext:
    return RequestContext(officer_id=officer.officer_id, agency_code=officer.agency_code)


def _failed(cause: str, what: str) -> DomainError:
    return DomainError(Reason.SIGN_IN_FAILED, what, {"cause": cause})


def _ended(what: str) -> DomainError:
    return DomainError(Reason.SESSION_ENDED, what)


def _seconds(clock: Clock) -> int:
    return int(clock.now().timestamp())
