"""Reason codes: the catalogue of ``docs/errors.md``, which is made of this file.

They are stable, and go out as ``google.rpc.ErrorInfo.reason``.
"""

from __future__ import annotations

from enum import Enum


class Kind(Enum):
    """What a client may do about an error; the transport maps each to one status code."""

    INVALID = "the request is wrong and will stay wrong"
    NOT_FOUND = "what it names does not exist"
    EXISTS = "what it makes exists already"
    PRECONDITION = "the state or the sample does not allow it"
    EXHAUSTED = "a limit is reached"
    DENIED = "the caller may not do it"
    UNAUTHENTICATED = "the caller is not known"
    CONFLICT = "somebody else changed it meanwhile"
    UNAVAILABLE = "try again"
    DEADLINE = "the deadline passed"


class Reason(Enum):
    """Why a call is refused: the kind, what it means, and what to do about it; both as Markdown."""

    FIELD_MISSING = (
        Kind.INVALID,
        "a required field is empty",
        "fill the field named in `metadata.field`",
    )
    FIELD_INVALID = (
        Kind.INVALID,
        "a field is out of range or malformed",
        "correct the field named in `metadata.field`",
    )
    PAGE_TOKEN_INVALID = (
        Kind.INVALID,
        "the page token was not made for this listing",
        "use `next_page_token` of the page before, unchanged, or begin anew",
    )
    IDENTIFIER_MALFORMED = (
        Kind.INVALID,
        "a citizen number is not 12 (or the former 9) digits",
        "compare with the card; send digits only, without blanks",
    )
    SAMPLE_INVALID = (
        Kind.INVALID,
        (
            "the bytes are not what they are declared to be, are damaged, or exceed the limits; `metadata.cause` is "
            "`EXTENT` where the image has not the size of a finger"
        ),
        "take the impression again; if it persists, the scanner's software is at fault",
    )
    SAMPLE_FORMAT_UNSUPPORTED = (
        Kind.INVALID,
        "the format, or the variant of it, is not one of those read; the message names it where it is a known one",
        "send PNG, TIFF, BMP, JPEG, JPEG 2000, WSQ, PGM, raw grey, or a record of ISO/IEC 19794-2 or ANSI INCITS 378",
    )
    SAMPLE_POSITION_MISMATCH = (
        Kind.INVALID,
        (
            "a minutiae record (`metadata.sample`) states another finger, `record`, than the call, `stated`; one that "
            "states none contradicts nothing"
        ),
        "see which finger it is, and state that; a wrong record is to be made again",
    )
    SAMPLE_RESOLUTION_UNKNOWN = (
        Kind.INVALID,
        (
            "nobody states a plausible resolution, or what the file or the caller states is contradicted by the "
            "ridges, by more than a factor of 1.6; metadata holds `estimated_ppi`, a guess from the "
            "ridges, where they show one"
        ),
        "state `resolution_ppi` as the scanner's data sheet has it",
    )
    FINGER_DUPLICATED = (
        Kind.INVALID,
        "two samples of one verification or search state the same finger",
        "send one sample a finger; take another finger",
    )
    FINGER_COUNT_EXCEEDED = (
        Kind.INVALID,
        "too many samples in one call",
        "send at most the number the message names",
    )
    REQUEST_TOO_LARGE = (
        Kind.INVALID,
        "the request has more bytes than its method takes (`metadata.limit_bytes`)",
        "send fewer samples, or compressed ones",
    )
    RECORD_INVALID = (
        Kind.INVALID,
        "a record is not strict JSON, is too large, or breaks the schema of its type",
        "correct what `metadata.path` points at; see [procedures.md](procedures.md)",
    )
    RECORD_DISAGREES = (
        Kind.PRECONDITION,
        "the record is another person's by `metadata.fields`: citizen number, name, date of birth or sex",
        "correct the record, or the citizen's data; or store it as disputed, and it is disclosed to nobody",
    )
    CATALOGUE_INVALID = (
        Kind.INVALID,
        (
            "a catalogue cannot be taken as it is, and nothing of it was: `metadata.rule` says what is wrong, `line` "
            "and `column` (and `sheet`), or `path`, where, and `faults` how often; the message tells the first faults"
        ),
        "correct the file; see [procedures.md](procedures.md#what-can-be-wrong)",
    )
    CLIENT_NOT_FOUND = (
        Kind.NOT_FOUND,
        "no client is registered under this name",
        "`ListClients` tells the names",
    )
    ACT_NOT_FOUND = (
        Kind.NOT_FOUND,
        "no such act is kept, or no longer",
        "list the acts",
    )
    SUBJECT_NOT_FOUND = (
        Kind.NOT_FOUND,
        "nobody is enrolled under this number or identifier, or no longer",
        "check the number with the citizen; enrol them",
    )
    CONFIRMATION_NOT_FOUND = (
        Kind.NOT_FOUND,
        "no such confirmation, or another client had it issued",
        "compare the id with `jti` of the confirmation; an administrator may revoke any client's",
    )
    FINGER_NOT_ENROLLED = (
        Kind.NOT_FOUND,
        "the stated finger of this citizen is not enrolled",
        "take one of the fingers in `metadata.enrolled`",
    )
    OPERATION_NOT_FOUND = (
        Kind.NOT_FOUND,
        "no such operation, or it was deleted",
        "list the operations",
    )
    TRANSACTION_MISMATCH = (
        Kind.INVALID,
        (
            "the step does not follow the one before: `metadata.field` names the nonce, the step, or the part of the "
            "context that differs"
        ),
        "send nonce and step as given before (`GetTransaction` tells the step), and the context as it began",
    )
    CONSENT_INVALID = (
        Kind.INVALID,
        (
            "the text that was shown is none that `StartTransaction` gave for this procedure, or the consent that "
            "`context.consent_ref` names is another citizen's, to another client, or for another procedure"
        ),
        "show the text as given, whole, and send its id, language and digest; name the consent at hand",
    )
    DEVICE_NOT_FOUND = (
        Kind.NOT_FOUND,
        "no device of this id is registered",
        "`ListDevices` tells the ids",
    )
    TRANSACTION_NOT_FOUND = (
        Kind.NOT_FOUND,
        "this client has begun no such transaction, or it ended long ago",
        "begin a transaction",
    )
    EVENT_NOT_FOUND = (
        Kind.NOT_FOUND,
        "there is no such event in the audit trail, or it is another client's, or it is in an archive",
        "use `audit_event` of an answer to the same client; of archived events ask the auditor",
    )
    CONSENT_NOT_FOUND = (
        Kind.NOT_FOUND,
        "the citizen has given no such consent",
        "`ListConsents` tells those that were given",
    )
    PROCEDURE_NOT_FOUND = (
        Kind.NOT_FOUND,
        "no such procedure in the catalogue",
        "list the procedures; the code has the form `1.001193`",
    )
    RECORD_TYPE_NOT_FOUND = (
        Kind.NOT_FOUND,
        "no such record type in the catalogue",
        "list the record types",
    )
    RECORD_NOT_FOUND = (
        Kind.NOT_FOUND,
        "the citizen has no record of this type",
        "ask for the paper; put the record",
    )
    REFERENCE_EXISTS = (
        Kind.EXISTS,
        "the citizen number is enrolled",
        "add fingerprints to it; if another person bears the number, stop and report it",
    )
    DUPLICATE_PERSON_SUSPECTED = (
        Kind.EXISTS,
        "the fingers are enrolled for somebody else (`metadata.subject_id`, `finger`, `suspects`)",
        "have an officer look at both people; enrol with `DUPLICATE_CHECK_REPORT` if they are two",
    )
    SAME_FINGER_SUSPECTED = (
        Kind.EXISTS,
        (
            "prints that are to be enrolled as different fingers of a citizen are of one: `metadata.sample` and "
            "`other_sample`, or `enrolled`, a finger that is enrolled already"
        ),
        "take each finger once; enrol with `DUPLICATE_CHECK_REPORT` if an officer sees that they are two",
    )
    DEVICE_EXISTS = (
        Kind.EXISTS,
        "a device of this id or with this key is registered, or was until it was revoked (`metadata.field`)",
        "choose another id, or have the device make another key",
    )
    CLIENT_EXISTS = (
        Kind.EXISTS,
        "a client of this name, or with this certificate, is registered, or was until it was revoked",
        "choose another name; give the client a certificate of its own",
    )
    REQUEST_REPLAYED = (
        Kind.EXISTS,
        "the `request_id` was used for another request, or its answer is no longer kept: by age, or with the citizen",
        "choose a new UUID for every new intention",
    )
    TRANSACTION_ENDED = (
        Kind.PRECONDITION,
        "the transaction has ended (`metadata.outcome`)",
        "begin another",
    )
    TRANSACTION_EXPIRED = (
        Kind.PRECONDITION,
        "the time of the transaction is over",
        "begin another",
    )
    CAPTURE_MISSING = (
        Kind.PRECONDITION,
        "there is no impression to compare: none was taken since the last comparison",
        "take the finger that `next_step` names",
    )
    CONSENT_REQUIRED = (
        Kind.PRECONDITION,
        "the procedure rests on the citizen's consent, and none was given",
        "have the citizen agree to the text that `StartTransaction` gives",
    )
    EXCEPTION_NOT_ALLOWED = (
        Kind.PRECONDITION,
        "the procedure takes nobody at two officers' word (`exceptions_allowed` of its catalogue entry)",
        "take a finger, or have the citizen come again",
    )
    EXCEPTION_UNFOUNDED = (
        Kind.PRECONDITION,
        (
            "the reason of an exception does not hold (`metadata.cause`): `FINGERS_LEFT`, an enrolled finger can be "
            "shown; `TOO_FEW_TRIES`, fewer than three impressions were taken in vain"
        ),
        "take the finger that `standing.next` names",
    )
    SLIP_NOT_FOUND = (
        Kind.NOT_FOUND,
        "the agency has no paper slip of this number",
        "compare the number with the paper; `ListSlips` tells the serials",
    )
    SLIP_CLOSED = (
        Kind.PRECONDITION,
        "the paper slip was reconciled, confirmed or made void (`metadata.state`), or is not yet reconciled",
        "compare the serial (`metadata.slip`) with the paper",
    )
    SIGN_IN_NOT_FOUND = (
        Kind.NOT_FOUND,
        "no portal waits for this citizen under this `sign_in_id`, for the procedure of the context",
        "`ListSignIns` tells what waits; it may have expired, or be at another counter",
    )
    LEGAL_HOLD = (
        Kind.PRECONDITION,
        "nothing of the citizen may be erased, or become another's, as there is a legal hold on them",
        "`ListLegalHolds` tells which; it is released with `ReleaseLegalHold` when its ground is gone",
    )
    LEGAL_HOLD_NOT_FOUND = (
        Kind.NOT_FOUND,
        "there is no such legal hold on the citizen, or it was released",
        "`ListLegalHolds` tells the ids",
    )
    SUBJECT_REQUEST_NOT_FOUND = (
        Kind.NOT_FOUND,
        "there is no request of a citizen with this id",
        "`ListSubjectRequests` tells the ids",
    )
    SUBJECT_REQUEST_DECIDED = (
        Kind.PRECONDITION,
        (
            "the step does not follow from how the citizen's request stands (`metadata.state`): an open one is "
            "accepted or refused, an accepted one is done, and data are given for an accepted one of kind `ACCESS`"
        ),
        "look at it in `ListSubjectRequests`; open another one if the citizen asks again",
    )
    EXCEPTION_UNCONFIRMED = (
        Kind.PRECONDITION,
        "two officers must vouch for the citizen, and one or both have not yet",
        "`AskException` by the first officer's client, then `ConfirmException` by the second's",
    )
    ASSERTION_INVALID = (
        Kind.PRECONDITION,
        (
            "the assertion is none of this service, not for this caller, citizen, procedure, consent or dossier, no "
            "longer valid, from no match that this register knows, or does not vouch for a record (`metadata.cause`: "
            "`NOT_OURS`, `AUDIENCE`, `CLIENT`, `SUBJECT`, `PROCEDURE`, `CONSENT`, `DOSSIER`, `EXPIRED`, `TRANSACTION`, "
            "`RECORD`; of a confirmation as the offline verifier says it)"
        ),
        "verify the citizen again and show the assertion within 300 seconds, with the records as they came",
    )
    PRINTING_UNAVAILABLE = (
        Kind.PRECONDITION,
        (
            "the service cannot print: it was installed without the extra `pdf`, or the certificate of its document "
            "key has expired (`metadata.cause`: `NOT_INSTALLED`, `CERTIFICATE_EXPIRED`)"
        ),
        "tell the operator; the confirmation itself needs no paper",
    )
    CONSENT_WITHDRAWN = (
        Kind.PRECONDITION,
        "the citizen has withdrawn this consent",
        "ask for the papers, or for consent anew",
    )
    ENCOUNTER_NOT_FOUND = (
        Kind.NOT_FOUND,
        "the citizen has no such encounter",
        "`GetCitizen` lists them",
    )
    VIRTUAL_NUMBER_EXPIRED = (
        Kind.PRECONDITION,
        "the time of a virtual number is over",
        "ask for the citizen number, or have another made (`CreateVirtualNumber`)",
    )
    VIRTUAL_NUMBER_REVOKED = (
        Kind.PRECONDITION,
        "the citizen has taken a virtual number back",
        "ask for the citizen number, or have another made",
    )
    VIRTUAL_NUMBER_USED = (
        Kind.PRECONDITION,
        "a virtual number for one time has had its match",
        "ask for the citizen number, or have another made",
    )
    PRINTS_CONTRADICT = (
        Kind.PRECONDITION,
        "the enrolled prints do not show what is asked for; the audit trail keeps what they say",
        "have an officer look at both people; `despite_prints` with grounds if they know better",
    )
    AUTH_LOCKED_BY_SUBJECT = (
        Kind.PRECONDITION,
        "the citizen has locked their identity",
        "have them unlock it by their own finger (`UnlockCitizen`); identify the person by other means",
    )
    SUBJECT_DEACTIVATED = (
        Kind.PRECONDITION,
        "the citizen is deactivated",
        "identify the person by other means; the register's office knows why, and may reactivate them",
    )
    SUBJECT_DECEASED = (
        Kind.PRECONDITION,
        "the citizen is recorded as deceased",
        "report who claims to be them; if it is a mistake, have it corrected (`ChangeCitizenState`)",
    )
    CITIZEN_STATE_UNFIT = (
        Kind.PRECONDITION,
        "the state of the citizen (`metadata.state`) does not lead to the one that is asked for",
        "read the citizen again; who is deceased or deactivated is reactivated first",
    )
    NOTHING_TO_CHANGE = (
        Kind.INVALID,
        "the citizen's data are already what they are to be corrected to",
        "read the citizen again",
    )
    CLIENT_STATE_FINAL = (
        Kind.PRECONDITION,
        "a revoked client stays revoked",
        "register it under another name, with another certificate",
    )
    SECOND_PERSON_REQUIRED = (
        Kind.PRECONDITION,
        (
            "nothing was done: the request is kept until another client approves it (`metadata.act_id`, `digest`, "
            "`expire_time`)"
        ),
        (
            "have an administrator look at it and approve it (`idverify acts approve`), then send the same request, "
            "with the same `request_id`, once more: it gets the answer"
        ),
    )
    ACT_REJECTED = (
        Kind.PRECONDITION,
        "the second person rejected the act (`metadata.act_id`, `decided_by`)",
        "ask them why; a new request is a new act",
    )
    ACT_EXPIRED = (
        Kind.PRECONDITION,
        "nobody approved the act in time (`metadata.act_id`)",
        "ask anew, with a new `request_id`",
    )
    ACT_APPROVED = (
        Kind.PRECONDITION,
        "the act that is to be rejected was approved (`metadata.decided_by`)",
        "what was done is in the audit trail",
    )
    ACT_NO_LONGER_ALLOWED = (
        Kind.PRECONDITION,
        "the client that asked for the act may not do it any more; `metadata.reason` says why",
        "reject the act",
    )
    ACT_STALE = (
        Kind.PRECONDITION,
        "the citizen or catalogue of the act was changed, or is another, since it was asked for (`metadata.act_id`)",
        "ask anew, with a new `request_id`",
    )
    ASSURANCE_UNREACHABLE = (
        Kind.PRECONDITION,
        "the procedure requires more than was shown (`metadata.required_acr`), or can be here (`cause` `NOT_OFFERED`)",
        "show the factors in `metadata.missing_factors` in a transaction; identify the person by other means",
    )
    CARD_READS_UNAVAILABLE = (
        Kind.PRECONDITION,
        "this service trusts no issuer of identity cards (`card_issuers_file`)",
        "show another factor; ask the operator",
    )
    CARD_INVALID = (
        Kind.PRECONDITION,
        (
            "what was read of the chip does not count: `metadata.part` says why (`form`, `signer`, `issuer`, "
            "`validity`, `algorithm`, `signature`, `data_group`, `data_group_missing`, `layout`, `expired`)"
        ),
        "read the card again; one that is refused again is no valid card of an issuer that is trusted here",
    )
    CARD_MISMATCH = (
        Kind.PRECONDITION,
        "the card is sound, and of another citizen, or of a number that is not theirs any more",
        "compare the number on the card with the one that is claimed",
    )
    PIN_LOCKED = (
        Kind.EXHAUSTED,
        "too many wrong PINs were entered for this citizen, who may have none",
        "have the citizen set a new one by their finger (`SetPin`); or an administrator lifts it (`LiftAttemptLimit`)",
    )
    OPERATION_RUNNING = (
        Kind.PRECONDITION,
        "another search for duplicates is running (`metadata.operation`), or the one to be deleted",
        "wait for it, or cancel it",
    )
    SAMPLE_QUALITY_LOW = (
        Kind.PRECONDITION,
        "too little ridge detail to decide anything",
        "follow `metadata.advice`, take another impression or another finger",
    )
    PRESENTATION_ATTACK_SUSPECTED = (
        Kind.PRECONDITION,
        "the scanner says that no finger of a living person was placed on it",
        "look at what was placed on the scanner; take the finger itself, under the officer's eyes",
    )
    SAMPLE_IMPLAUSIBLE = (
        Kind.PRECONDITION,
        (
            "no finger has such minutiae: too many too near each other, or ridges that run two ways at one place; or, "
            "at enrolment, one print is like two people who are unlike each other"
        ),
        "take a new impression from the finger itself; if it persists, whatever made the sample is at fault",
    )
    SLAP_COUNT_MISMATCH = (
        Kind.PRECONDITION,
        (
            "a slap (`metadata.slap`) shows another number of fingers than it should, by what is stated to be missing: "
            "`found`, `expected`, and `fingers`, which should be there"
        ),
        "spread the fingers and take the slap again; state fingers that cannot be shown, and leave them off the plate",
    )
    FINGER_SEQUENCE_MISMATCH = (
        Kind.PRECONDITION,
        (
            "a print of one finger (`metadata.sample`, `finger`) is not like that finger on its slap; `like` names the "
            "finger of the slaps that it is like"
        ),
        (
            "take the finger that is named again; if it is unlike all, look which hand the slap is of; enrol with "
            "`DUPLICATE_CHECK_REPORT` if an officer sees that all is as stated"
        ),
    )
    SAMPLE_REPLAYED = (
        Kind.PRECONDITION,
        "the sample, or one it was made from, was presented before: two touches of a finger are never the same",
        (
            "take a new impression for every request; for a repeated request send the same `request_id` and the whole "
            "same content"
        ),
    )
    GALLERY_TOO_LARGE_FOR_TARGET_FPIR = (
        Kind.PRECONDITION,
        "the fingers given cannot keep so low a target FPIR among so many",
        (
            "send `metadata.fingers_needed` fingers of the person, or a `target_fpir` of at least "
            "`metadata.lowest_target_fpir`, or verify against a citizen number"
        ),
    )
    ATTEMPTS_LOCKED = (
        Kind.PRECONDITION,
        (
            "so many tries did not match that no more are taken, of this client with this citizen, with this "
            "citizen, or of this client (`metadata.scope`)"
        ),
        (
            "wait for the time in `google.rpc.RetryInfo`, if there is one, or have an administrator lift it "
            "(`idverify limits lift`); identify the person by other means"
        ),
    )
    OPERATION_INTERRUPTED = (
        Kind.CONFLICT,
        "in an operation's `error`: the server ended before it did",
        "start another",
    )
    VERSION_MISMATCH = (
        Kind.CONFLICT,
        "the record, the client or the catalogue is no longer at the expected version (`metadata.current_version`)",
        "read it again, decide anew, send a new request",
    )
    CLIENT_UNKNOWN = (
        Kind.UNAUTHENTICATED,
        "the client certificate is missing or not registered",
        "have the client registered by the operator",
    )
    CLIENT_ASSERTION_INVALID = (
        Kind.UNAUTHENTICATED,
        (
            "what a client signed to get an access token is not taken: `metadata.cause` is `FORM`, `KEY` (no such "
            "client, or no such key of it that holds now), `SIGNATURE`, `AUDIENCE`, `TIME` or `REPLAYED`"
        ),
        "sign another one, with a new `jti`; check the clock, and the keys in the registry",
    )
    TOKEN_INVALID = (
        Kind.UNAUTHENTICATED,
        "the access token is none of this service, has ended, or the key it was given for is no longer the client's",
        "ask for another one",
    )
    SIGN_IN_FAILED = (
        Kind.UNAUTHENTICATED,
        (
            "nobody signed in: the provider cannot be asked or refused, or its answer is not for this browser and this "
            "question (`metadata.cause`: `STATE`, `PROVIDER`)"
        ),
        "begin anew at `/sign-in`; if it persists, compare the settings `oidc_...` with those of the provider",
    )
    SESSION_ENDED = (
        Kind.UNAUTHENTICATED,
        "nobody is signed in with this session (any more), or the word of a second officer has ended",
        "sign in (`/sign-in`)",
    )
    CLIENT_REVOKED = (
        Kind.UNAUTHENTICATED,
        "the client was revoked, for good; open streams end with this",
        "have it registered anew, with another certificate",
    )
    CERTIFICATE_REVOKED = (
        Kind.UNAUTHENTICATED,
        "the list of the authority says that the certificate was revoked",
        "get another certificate",
    )
    CSRF_TOKEN_WRONG = (
        Kind.DENIED,
        "a call in a session that changes something comes without its `X-CSRF-Token`, or not from our own page",
        "read `/session` and send its `csrf`",
    )
    OFFICER_NOT_AUTHORIZED = (
        Kind.DENIED,
        (
            "the officer who signed in may not have a page do this, or is not whom `officer_id` or `agency_code` "
            "names, or their word as second officer is for something else (`metadata.cause`: `ROLE`, `OFFICER`, "
            "`AGENCY`, `TICKET`)"
        ),
        "leave `officer_id` and `agency_code` empty; have an officer do it who may",
    )
    DEVICE_NOT_REGISTERED = (
        Kind.DENIED,
        "the scanner that signed the sample is not registered, or not for this agency",
        "have it registered (`idverify devices register`)",
    )
    DEVICE_REVOKED = (
        Kind.DENIED,
        "the scanner that signed the sample was revoked",
        "take another scanner",
    )
    DEVICE_ATTESTATION_INVALID = (
        Kind.DENIED,
        (
            "what the scanner signed does not vouch for this sample: `metadata.part` says what does not fit, or "
            "`missing` where the service asks for it and nothing is signed"
        ),
        "capture anew with the nonce at hand; check the scanner's clock and key",
    )
    CLIENT_SUSPENDED = (
        Kind.DENIED,
        "the client may not call for the time being; open streams end with this",
        "ask the operator why",
    )
    CLIENT_NOT_ENTITLED = (
        Kind.DENIED,
        "the client may not name this procedure, or not put or get records of this type",
        "ask the operator; check `procedure_code`",
    )
    CLIENT_NOT_AUTHORIZED = (
        Kind.DENIED,
        (
            "the client may not call this, or not for this agency; or another person is needed (`metadata.cause`: "
            "`SAME_OFFICER`, `SAME_CLIENT`, `OWN_ENTRY`, `OWN_FAILURES`)"
        ),
        "ask the operator for the role; check `agency_code`; have another person do it, by another client",
    )
    SAMPLE_KIND_NOT_ALLOWED = (
        Kind.DENIED,
        "the client may not send samples of this kind (`metadata.kind`: `minutiae` or `image`)",
        "send the scanner's images; if the scanner gives minutiae only, ask the operator to allow them",
    )
    READ_BUDGET_EXCEEDED = (
        Kind.EXHAUSTED,
        "the client has read as many people without their finger as it may in a day (UTC)",
        "go on after the time in `google.rpc.RetryInfo`; ask the operator if the work needs more",
    )
    CALL_BUDGET_EXCEEDED = (
        Kind.EXHAUSTED,
        "the client has made all the calls that its entry allows in a minute, or its address what strangers may ask",
        "repeat after the time in `google.rpc.RetryInfo`",
    )
    ACTS_EXCEEDED = (
        Kind.EXHAUSTED,
        "the client has asked for as many acts that need a second person as may wait",
        "have those decided that wait, or let them expire",
    )
    TRANSACTIONS_EXCEEDED = (
        Kind.EXHAUSTED,
        "as many transactions of the client are open as may be (`metadata.most`)",
        "end those that nobody goes on with (`EndTransaction`), or let them expire",
    )
    TOO_MANY_OPEN = (
        Kind.EXHAUSTED,
        (
            "too many connections, calls or streams are open, of this client or of all (`metadata.limit` names the "
            "setting, `most` its value)"
        ),
        "end some; make all calls by one connection",
    )
    SERVER_BUSY = (
        Kind.EXHAUSTED,
        "too many calls are waiting",
        "repeat after the time in `google.rpc.RetryInfo`, each time later",
    )
    ATTEMPTS_EXCEEDED = (
        Kind.EXHAUSTED,
        "tries did not match, and the next is taken only after a while (`metadata.scope`, `retry_seconds`)",
        "wait for the time in `google.rpc.RetryInfo`; use it to clean finger and sensor, or take another finger",
    )
    MATCHER_UNAVAILABLE = (
        Kind.UNAVAILABLE,
        "extraction or comparison is not available",
        "repeat; if it persists, tell the operator",
    )
    GALLERY_FULL = (
        Kind.EXHAUSTED,
        "the memory that the gallery may take (`gallery_shard_gigabytes`) is used up; nothing was enrolled",
        "tell the operator: there must be more shards ([cluster.md](cluster.md))",
    )
    GALLERY_INCOMPLETE = (
        Kind.UNAVAILABLE,
        (
            "a part of the gallery does not answer (`metadata.searched_share` of it did), so that a check for "
            "duplicates, or a search in a gallery of references, cannot say that nobody is there; nothing was enrolled"
        ),
        "repeat in a minute; if it persists, tell the operator ([cluster.md](cluster.md))",
    )
    STORE_UNAVAILABLE = (
        Kind.UNAVAILABLE,
        "the database cannot be reached or is locked",
        "repeat; if it persists, tell the operator",
    )
    NOT_FOLLOWED_YET = (
        Kind.UNAVAILABLE,
        "another server has answered this client from a newer state of the database than this one sees",
        "repeat; if it persists, tell the operator: the servers do not see the same database",
    )
    STORE_NOT_WRITABLE = (
        Kind.UNAVAILABLE,
        (
            "the database takes nothing: `metadata.cause` is `DISK_FULL`, `READ_ONLY`, `IO_ERROR`, "
            "`CANNOT_OPEN` or `FILE_REPLACED`"
        ),
        "tell the operator; repeating helps once they have mended it",
    )
    KEYS_UNAVAILABLE = (
        Kind.UNAVAILABLE,
        (
            "the service does not get at its keys, or not at those it signs with; `metadata.cause` says why "
            "([keys.md](keys.md#what-goes-wrong))"
        ),
        "tell the operator; repeating helps once the token is back",
    )
    DEADLINE_EXCEEDED = (
        Kind.DEADLINE,
        "the deadline passed before the answer",
        "repeat with more time",
    )

    @property
    def kind(self) -> Kind:
        """What a client may do about it."""
        return self.value[0]

    @property
    def passes(self) -> bool:
        """Whether it does by itself, soon and for everybody. A limit that is reached is an answer."""
        return self.kind in {Kind.UNAVAILABLE, Kind.DEADLINE} or self is Reason.SERVER_BUSY

    @property
    def meaning(self) -> str:
        """What has happened."""
        return self.value[1]

    @property
    def remedy(self) -> str:
        """What to do."""
        return self.value[2]

    @property
    def code(self) -> str:
        """The stable string."""
        return self.name
