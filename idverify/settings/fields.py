"""Everything an operator decides: the table of ``docs/operations.md`` is made of this file."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Literal, Self

from platformdirs import user_data_path
from pydantic import Field, SecretStr, model_validator
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict, TomlConfigSettingsSource

from idverify.domain.model import OfficerRole
from idverify.settings.checks import (
    SIGN_IN_FIELDS,
    SQLITE,
    check_address,
    check_collector,
    check_database,
    check_gallery,
    check_http,
    check_mosip,
    check_server_name,
    check_sign_in,
    check_token,
    check_watched,
    check_witnesses,
    is_local,
    ports_of,
)

ENVIRONMENT_PREFIX = "IDVERIFY_"
SERVERS, TRAIL_FILE = "servers", "trail-head.json"
_GALLERY = "gallery"
_QUEUE = r"^[A-Za-z0-9._-]{1,128}$"
_TLS_FIELDS = ("tls_cert", "tls_key", "tls_client_ca", "clients_file")


class Settings(BaseSettings):
    """Everything an operator decides. Make it with :func:`idverify.settings.load_settings`.

    A default that is worked out, or that says nothing, is described as ``shown``.
    """

    model_config = SettingsConfigDict(env_prefix=ENVIRONMENT_PREFIX, frozen=True, extra="forbid")

    data_dir: Path = Field(
        default_factory=lambda: user_data_path("idverify"),
        description="Everything that must be kept: database, secrets, signing keys. Made with mode 0700 if missing.",
        json_schema_extra={"shown": "the user's data folder, `idverify`"},
    )
    listen: str = Field(
        default="127.0.0.1:50051",
        description="`host:port`, `[IPv6]:port` or `unix:/path`. Port 0: any free one; the log says which.",
    )
    http: str = Field(
        default="",
        description=(
            "`host:port` or `[IPv6]:port` at which the same calls are answered over HTTP and JSON"
            " ([http.md](http.md)). Needs the extra `http`."
        ),
        json_schema_extra={"shown": "nowhere"},
    )
    http_hosts: list[str] = Field(
        default_factory=list,
        description=(
            "Names by which that is reached from elsewhere, without port; requests that mean another are refused (421)."
        ),
        json_schema_extra={"shown": "with TLS any, without it those of the loopback address"},
    )
    osia: bool = Field(
        default=False,
        description=(
            "Whether OSIA's interfaces are answered at that address too, under `/osia/abis` and `/osia/id`"
            " ([osia.md](osia.md)). Needs `http`."
        ),
    )
    osia_callback_hosts: list[str] = Field(
        default_factory=list,
        description=(
            "Hosts, `host` or `host:port`, at which results of OSIA are delivered to a `callback`"
            " ([osia.md](osia.md#callbacks)), and no others: by https, by http only to `http://host`, `http://host:port`"
            " and the loopback address."
        ),
        json_schema_extra={"shown": "none: every request is answered at once"},
    )
    mosip_sdk: bool = Field(
        default=False,
        description=(
            "Whether MOSIP's Bio-SDK is answered at that address too, under `/biosdk-service` ([mosip.md](mosip.md))."
            " Needs `http`."
        ),
    )
    mosip_broker: str = Field(
        default="",
        description=(
            "`stomp://host:port`, or `stomp+tls://host:port`, of the broker by which MOSIP asks its ABIS"
            " ([mosip.md](mosip.md#abis)). Needs the extra `mosip`."
        ),
        json_schema_extra={"shown": "none: nothing is asked by a queue"},
    )
    mosip_broker_ca: Path | None = Field(
        default=None,
        description="The certificates by which the broker is known, PEM.",
        json_schema_extra={"shown": "those of the system"},
    )
    mosip_broker_user: str = Field(default="", max_length=255, description="Name for the broker.")
    mosip_broker_password_file: Path | None = Field(
        default=None, description="A file with the password for the broker, mode 0600."
    )
    mosip_requests: str = Field(
        default="mosip-to-abis", pattern=_QUEUE, description="The queue of requests: MOSIP's `inboundQueueName`."
    )
    mosip_answers: str = Field(
        default="abis-to-mosip", pattern=_QUEUE, description="The queue of answers: MOSIP's `outboundQueueName`."
    )
    mosip_workers: int = Field(
        default_factory=lambda: max(2, os.cpu_count() or 1),
        ge=1,
        le=64,
        description="Requests of the queue that are worked on at the same time, besides the calls of `workers`.",
        json_schema_extra={"shown": "number of cores, at least 2"},
    )
    mosip_client: str = Field(
        default="",
        max_length=64,
        description="The client of the registry that MOSIP's ABIS requests are of; needed with TLS.",
    )
    mosip_fetch_hosts: list[str] = Field(
        default_factory=list,
        description=(
            "Hosts, `host` or `host:port`, from which biometrics of a request are fetched, and no others; from none, if"
            " none is named."
        ),
        json_schema_extra={"shown": "none"},
    )
    mosip_key_file: Path | None = Field(
        default=None,
        description="The partner's RSA key for which MOSIP's data share encrypts, PEM; mode 0600.",
        json_schema_extra={"shown": "none: what is encrypted is refused"},
    )
    scanner_ports: str = Field(
        default="4501-4600",
        description=(
            "Ports `FIRST-LAST` of a clerk's own machine at which the [counter page](counter-page.md) may ask for"
            " scanners (MOSIP SBI); at most 200, empty: none."
        ),
    )
    database_url: str = Field(
        default="",
        repr=False,
        description=(
            "`sqlite:///path`, or `postgresql://user@host/name` (needs the extra `postgres`; the password belongs"
            " in PostgreSQL's password file). Several hosts: [postgresql.md](postgresql.md#several-hosts)."
        ),
        json_schema_extra={"shown": "SQLite `idverify.db` in `data_dir`"},
    )
    database_connections: int = Field(
        default=24,
        ge=4,
        le=1000,
        description=(
            "Connections to PostgreSQL of one server at the same time, for reading; three more write and hold its lock,"
            " of several servers five. More than `workers`, or calls wait for one."
        ),
    )
    database_statement_seconds: float = Field(
        default=30.0,
        gt=0,
        le=3600,
        description=(
            "A statement of a call that takes PostgreSQL longer is cancelled, and the call refused with"
            " `STORE_UNAVAILABLE`."
        ),
    )
    database_idle_seconds: float = Field(
        default=2.0,
        gt=0,
        le=3600,
        description=(
            "A transaction that writes, in which nothing is asked for so long, is ended by PostgreSQL: a server that is"
            " stopped or cut off holds up the others no longer. One that reads: ten times as long."
        ),
    )
    server_name: str = Field(
        default="",
        description=(
            "Name of this server among several that work on one PostgreSQL database"
            " ([several-servers.md](several-servers.md)), each by another name. `data_dir` is all of theirs then, but"
            " for `servers/NAME` in it."
        ),
        json_schema_extra={"shown": "it works alone"},
    )
    tls_cert: Path | None = Field(default=None, description="The server's certificate chain, PEM.")
    tls_key: Path | None = Field(default=None, description="Its private key, PEM.")
    tls_client_ca: Path | None = Field(
        default=None, description="The certificates that issue client certificates, PEM."
    )
    tls_client_crl: Path | None = Field(
        default=None,
        description=(
            "What those have revoked: revocation lists, PEM or DER, each signed by one of them. Read again when it"
            " changes."
        ),
    )
    clients_file: Path | None = Field(
        default=None, description="The first clients of the registry, TOML; below. Read again when it changes."
    )
    record_sources_file: Path | None = Field(
        default=None,
        description="Who owns records of which type elsewhere, TOML ([record-sources.md](record-sources.md)).",
    )
    compiled_dir: Path | None = Field(
        default=None,
        description=(
            "Where `idverify compile` put the machine code of the matcher ([below](#machine-code)). Only read; a start "
            "that does not find there what it needs is refused."
        ),
        json_schema_extra={"shown": "beside the package, or the user's cache: what is missing is made at a start"},
    )
    log_dir: Path | None = Field(
        default=None,
        description=(
            "A folder in which the log of the audit trail is published, as files for any web server"
            " ([transparency-log.md](transparency-log.md#publishing))."
        ),
        json_schema_extra={"shown": "nowhere"},
    )
    log_seconds: float = Field(
        default=60.0, ge=1.0, le=86_400.0, allow_inf_nan=False, description="How often it is published, if it grew."
    )
    log_witnesses: tuple[str, ...] = Field(
        default=(),
        description=(
            "Who cosigns what is published: of each witness its key, a blank, and its submission prefix (`https://...`),"
            " after which its monitoring prefix may stand, or the folder in which it answers. Needs `log_dir`."
        ),
        json_schema_extra={"shown": "nobody"},
    )
    log_witness_plain_http: bool = Field(
        default=False,
        description=(
            "Witnesses may be asked by `http://` elsewhere than on loopback too. Whoever is on the way can keep them"
            " from cosigning then."
        ),
    )
    erasure_list: Path | None = Field(
        default=None,
        description=(
            "The file that says who was erased, by digests, so that no backup brings them back"
            " ([backup.md](backup.md#erased-citizens)). Best on another disk than `data_dir`."
        ),
        json_schema_extra={"shown": "`erasures.jsonl` in `data_dir`"},
    )
    catalogue_dir: Path | None = Field(
        default=None,
        description=(
            "A folder of JSON files that is the whole catalogue ([procedures.md](procedures.md)): taken in at a first"
            " start instead of the one of the package, and at every later start at which it says something else than"
            " when it was taken in last."
        ),
        json_schema_extra={"shown": "the catalogue of the package, at a first start"},
    )
    agencies_file: Path | None = Field(
        default=None,
        description="What agencies are called, JSON ([transactions.md](transactions.md#consent)).",
        json_schema_extra={"shown": "none: they are called by their codes"},
    )
    law_file: Path | None = Field(
        default=None,
        description=(
            "Facts of law ([law](law/retention.md)): deadlines of requests, and how long data are kept. What is kept no"
            " longer is taken out only by periods that the file says are confirmed; in the one of the package none is."
        ),
        json_schema_extra={"shown": "the one of the package"},
    )
    key_home: Literal["file", "pkcs11"] = Field(
        default="file",
        description=(
            "Where new keys are made: in files of `data_dir`, or in a token by PKCS#11 ([keys.md](keys.md)). Those "
            "that are there stay where they are."
        ),
    )
    pkcs11_module: Path | None = Field(
        default=None,
        description="The PKCS#11 library of the token, as its maker names it. Needs the extra `pkcs11`.",
    )
    pkcs11_token: str = Field(default="", max_length=32, description="Label of the token.")
    pkcs11_pin_file: Path | None = Field(
        default=None, description="A file with the user's PIN of the token, mode 0600. Read again when it is needed."
    )
    pkcs11_pin: SecretStr | None = Field(
        default=None,
        description="That PIN itself, from the environment (`IDVERIFY_PKCS11_PIN`), where there is no file.",
        json_schema_extra={"shown": "none"},
    )
    local_caller: str = Field(
        default="local-insecure",
        pattern=r"^local-[a-z0-9-]{1,58}$",
        description="Name in the audit trail of whoever calls without TLS. Must begin with `local-`.",
    )
    issuer: str = Field(
        default="idverify.local",
        min_length=1,
        max_length=255,
        description="Value of the claim `iss` in assertions.",
    )
    token_seconds: int = Field(
        default=300,
        ge=30,
        le=3600,
        description="How long an access token holds that a client gets for its key ([http.md](http.md#access-tokens)).",
    )
    workers: int = Field(
        default_factory=lambda: max(2, os.cpu_count() or 1),
        ge=1,
        le=256,
        description="Calls that are worked on at the same time.",
        json_schema_extra={"shown": "number of cores, at least 2"},
    )
    queue_length: int = Field(
        default=64,
        ge=0,
        le=10_000,
        description=(
            "Calls of each urgency that may wait for a worker. One more is refused with `SERVER_BUSY`, or that of a "
            "client with more of them; most are refused before, because they could not be answered in their time."
        ),
    )
    stream_concurrency: int = Field(
        default_factory=lambda: max(1, (os.cpu_count() or 2) - 1),
        ge=1,
        le=256,
        description=(
            "Requests of `IdentifyStream` that are worked on at the same time, of all streams together; below "
            "`workers`, so that counters are served too. Each stream is read so far ahead."
        ),
        json_schema_extra={"shown": "number of cores less one, at least 1"},
    )
    default_deadline_seconds: float = Field(
        default=30.0,
        gt=0.0,
        le=3600.0,
        allow_inf_nan=False,
        description="Deadline of a call whose client states none.",
    )
    max_connections: int = Field(
        default=1000,
        ge=1,
        le=100_000,
        description=(
            "Connections at the same time, of strangers too; one more is closed as it comes, by HTTP one that asks "
            "nothing instead. Each needs a file descriptor (`ulimit -n`). One without a call for 15 minutes, by HTTP "
            "for half a minute, is closed."
        ),
    )
    connection_minutes: float = Field(
        default=60.0,
        gt=0.0,
        le=10_080.0,
        allow_inf_nan=False,
        description=(
            "Age at which a connection takes no further call (a tenth more or less): the client opens another with its"
            " next one and notices nothing, and goes to where a load balancer then leads."
        ),
    )
    connection_grace_minutes: float = Field(
        default=60.0,
        gt=0.0,
        le=10_080.0,
        allow_inf_nan=False,
        description="How long calls that are open at that age may go on, streams above all; then they are cut off.",
    )
    client_connections: int = Field(
        default=64,
        ge=1,
        description="Connections of one client on which it has calls open. One more: `TOO_MANY_OPEN`.",
    )
    client_calls: int = Field(
        default=256, ge=1, description="Calls of one client that are open at the same time, streams included."
    )
    max_calls: int = Field(default=2048, ge=1, description="Calls of all clients that are open at the same time.")
    public_calls_per_minute: int = Field(
        default=1200,
        ge=1,
        le=1_000_000,
        description=(
            "What one address (of IPv6 one /64) may ask for over HTTP that needs no certificate, health aside; all "
            "together ten times as much. One more: `CALL_BUDGET_EXCEEDED`. A proxy is one address."
        ),
    )
    client_streams: int = Field(
        default=8, ge=1, description="Streams (`IdentifyStream`) of one client that are open at the same time."
    )
    max_streams: int = Field(default=64, ge=1, description="Streams of all clients that are open at the same time.")
    max_message_bytes: int = Field(
        default=16 << 20,
        ge=1 << 20,
        le=256 << 20,
        description=(
            "Largest request of any method; gRPC itself refuses a larger one, `RESOURCE_EXHAUSTED`. Most methods take "
            "less: [service.md](service.md#limits)."
        ),
    )
    request_memory_bytes: int = Field(
        default=512 << 20,
        ge=16 << 20,
        le=64 << 30,
        description=(
            "Bytes of requests with samples in memory at the same time, one client's at most half of them. What finds "
            "no room for two seconds is refused with `SERVER_BUSY`. At least twice `max_message_bytes`."
        ),
    )
    attested_captures: Literal["accepted", "required"] = Field(
        default="accepted",
        description=(
            "Whether impressions and readings of chips in `TransactionService`, and impressions that set a PIN, must "
            "be signed by a registered device; [devices.md](devices.md). One that is signed in a transaction is always "
            "checked."
        ),
    )
    card_issuers_file: Path | None = Field(
        default=None,
        description=(
            "Whose identity cards are trusted: certificates of countries (CSCA) or of document signers (DS), PEM "
            "([factors.md](factors.md)). Without it no chip is read."
        ),
    )
    transaction_minutes: int = Field(
        default=15,
        ge=1,
        le=120,
        description="How long a counter transaction may take; then it ends by itself, and what was captured is erased.",
    )
    client_transactions: int = Field(
        default=100,
        ge=1,
        le=10_000,
        description=(
            "Counter transactions of one client that are open at the same time. One more: `TRANSACTIONS_EXCEEDED`. A "
            "client that calls for many counters needs more."
        ),
    )
    keep_images: bool = Field(
        default=False,
        description=(
            "Whether the images of enrolled impressions are kept, sealed under the citizen's key, so that a later "
            "extractor can make templates of them ([operations.md](operations.md#images)). Decided before anybody is "
            "enrolled, and kept with the register; later `idverify images on` or `off` decides anew."
        ),
    )
    officer_exceptions: int = Field(
        default=5,
        ge=0,
        le=1000,
        description=(
            "For so many citizens an officer vouches on a day (in Viet Nam), without a finger or on paper, before each "
            "one more is an `ALARM` in the trail; [transactions.md](transactions.md#without-a-finger)."
        ),
    )
    extractor: Literal["leader", "ridge"] = Field(
        default="leader",
        description=(
            "Who finds the minutiae: `leader`, the network, or `ridge`, image processing alone: a tenth of the "
            "time, more false non-matches ([ridge-extractor.md](ridge-extractor.md)). Templates of both compare "
            "with each other."
        ),
    )
    extractor_threads: int = Field(
        default=1,
        ge=1,
        le=64,
        description="Threads of one extraction. More make a single call faster and many calls slower.",
    )
    search_threads: int = Field(
        default_factory=lambda: min(8, os.cpu_count() or 1),
        ge=1,
        le=64,
        description="Threads of one search.",
        json_schema_extra={"shown": "number of cores, at most 8"},
    )
    attempts_free: int = Field(
        default=5,
        ge=1,
        le=10,
        description=(
            "Tries of one client with one citizen that may fail in a row before the next has to wait; NIST SP "
            "800-63B-4 allows 5."
        ),
    )
    attempts_lock: int = Field(
        default=20, ge=2, le=50, description="Such failures at which this client is locked out from this citizen."
    )
    attempts_citizen_lock: int = Field(
        default=50,
        ge=4,
        le=100,
        description="Failures of all clients with one citizen at which the citizen is locked; more than one client's.",
    )
    attempts_lock_hours: float = Field(
        default=24.0,
        gt=0.0,
        le=8760.0,
        allow_inf_nan=False,
        description="How long both last, unless an administrator lifts them.",
    )
    attempts_client_free: int = Field(
        default=100,
        ge=1,
        le=1_000_000,
        description="Failures of one client, with all citizens, before its next try has to wait.",
    )
    attempts_client_lock: int = Field(
        default=150,
        ge=2,
        le=1_000_000,
        description="Such failures at which the client is locked, until an administrator lifts it.",
    )
    attempts_client_per_hour: float = Field(
        default=3.0,
        ge=0.0,
        le=100_000.0,
        allow_inf_nan=False,
        description=(
            "Failures of a client that are forgiven an hour; above what honest work brings, and no more: every one is "
            "a try that an attacker has."
        ),
    )
    attempts_delay_seconds: float = Field(
        default=30.0,
        ge=1.0,
        le=3600.0,
        allow_inf_nan=False,
        description="The first wait; it doubles with every failure.",
    )
    attempts_longest_delay_seconds: float = Field(
        default=900.0, ge=1.0, le=86_400.0, allow_inf_nan=False, description="The longest wait short of a lock."
    )
    replay_hours: float = Field(
        default=24.0,
        gt=0.0,
        le=8760.0,
        allow_inf_nan=False,
        description="How long a sample is known again, by a keyed digest, whoever presents it for whomever.",
    )
    gallery: Literal["local", "ray"] = Field(
        default="local",
        description=(
            "Where the gallery is: `local`, in this process, or `ray`, in shards on a Ray cluster"
            " ([cluster.md](cluster.md)). Needs the extra `cluster`."
        ),
    )
    gallery_address: str = Field(
        default="auto",
        description="`host:port` of the Ray cluster; `auto`: the one that this machine is a node of.",
    )
    gallery_shards: int = Field(default=4, ge=1, le=256, description="Shards of a gallery on Ray.")
    gallery_replicas: int = Field(
        default=2, ge=1, le=5, description="Copies of each shard; with two, one may die unnoticed."
    )
    gallery_key_file: Path | None = Field(
        default=None,
        description=(
            "32 random bytes that seal what goes to shards and is kept of them, mode 0600; at the same path on the"
            " server and on every node. Needed for `ray`."
        ),
    )
    gallery_snapshots: str = Field(
        default="",
        description=(
            "Where shards are kept for their next start: `file:///folder` that all nodes see, or `s3://bucket/folder`"
            " (needs `s3fs`), or whatever fsspec knows."
        ),
        json_schema_extra={"shown": "nowhere: they are made of the database"},
    )
    gallery_shard_gigabytes: float = Field(
        default=16.0,
        gt=0.0,
        le=4096.0,
        allow_inf_nan=False,
        description="Memory that the gallery of a copy of a shard may take; more is refused (`GALLERY_FULL`).",
    )
    duplicate_searches: int = Field(
        default=1,
        ge=1,
        le=64,
        description=(
            "People searched for at the same time when everybody is searched for duplicates. More is of use where `ray`"
            " has shards on several machines."
        ),
    )
    snapshot_minutes: float = Field(
        default=15.0,
        gt=0.0,
        le=10_080.0,
        allow_inf_nan=False,
        description="How often the gallery is written to disk, if it changed.",
    )
    snapshot_changes: int = Field(
        default=20_000,
        ge=1,
        description="Templates added or removed after which it is written without waiting for that time.",
    )
    reply_hours: float = Field(
        default=24.0,
        ge=0.1,
        le=8760.0,
        allow_inf_nan=False,
        description="How long a request that is sent again gets its first answer; afterwards it is refused, not done.",
    )
    reads_per_day: int = Field(
        default=10_000,
        ge=1,
        description=(
            "People whose data a client may read in a day (UTC) without their finger: by `ListCitizens`, `GetCitizen`,"
            " `ListCitizenChanges`, `ListVirtualNumbers`, `GetRecord` and `ListConsents`, where its entry does not say"
            " otherwise. A number that nobody bears counts too. Then `READ_BUDGET_EXCEEDED`."
        ),
    )
    second_person: tuple[Literal["erase", "export", "admin-client", "catalogue"], ...] = Field(
        default=(),
        description=(
            "Acts that are done only when another client has approved them: `erase` (`DeleteCitizen`, "
            "`ReleaseLegalHold`), `export` (`ListCitizens`, `GetRecord`, `ExportSubjectData`), `catalogue` "
            "(`ImportCatalogue`), `admin-client` "
            "(whatever makes or changes "
            "a client with the role admin; needed with the others). Needs TLS; [security.md](security.md#two-people)."
        ),
        json_schema_extra={"shown": "none"},
    )
    second_person_hours: float = Field(
        default=24.0,
        gt=0.0,
        le=720.0,
        allow_inf_nan=False,
        description="How long such an act may be approved and done, from when it was asked for.",
    )
    watch_listen: str = Field(
        default="",
        description=(
            "`host:port` at which figures are given to Prometheus, at `/metrics` ([watching.md](watching.md));"
            " elsewhere than on loopback by mutual TLS, with `tls_cert` and `tls_client_ca`. Needs the extra `watch`."
            " Port 0: any free one; the log says which."
        ),
        json_schema_extra={"shown": "nowhere"},
    )
    trace_endpoint: str = Field(
        default="",
        description=(
            "`http://host:port` or `https://host:port` of an OpenTelemetry collector (OTLP over gRPC), which is sent"
            " how long the stages of calls took. Needs the extra `watch`."
        ),
        json_schema_extra={"shown": "nowhere"},
    )
    trace_share: float = Field(
        default=0.01, ge=0.0, le=1.0, allow_inf_nan=False, description="Share of the calls that are traced."
    )
    shutdown_grace_seconds: float = Field(
        default=20.0,
        ge=0.0,
        le=600.0,
        allow_inf_nan=False,
        description="How long calls in flight may take to end after SIGTERM.",
    )

    oidc_issuer: str = Field(
        default="",
        max_length=255,
        description=(
            "The OpenID provider by whom officers sign in to the pages ([officers.md](officers.md)), as it names"
            " itself. Needs `http`."
        ),
        json_schema_extra={"shown": "nobody signs in"},
    )
    oidc_client_id: str = Field(default="", max_length=255, description="Of this service at the provider.")
    oidc_client_key_file: Path | None = Field(
        default=None,
        description=(
            "A private key on P-256 or of RSA, PEM or JWK, mode 0600, by which the service is known there"
            " (`private_key_jwt`); without it and without a secret by PKCE alone."
        ),
    )
    oidc_client_secret_file: Path | None = Field(
        default=None, description="A file with a secret instead, mode 0600 (`client_secret_basic`)."
    )
    oidc_ca_file: Path | None = Field(
        default=None,
        description="The certificates that issue the provider's, PEM.",
        json_schema_extra={"shown": "those of the system"},
    )
    oidc_scope: str = Field(
        default="openid profile",
        max_length=255,
        description="What is asked for; with `offline_access` where the provider gives refresh tokens for that only.",
    )
    oidc_officer_claim: str = Field(
        default="sub", max_length=128, description="Claim with the officer's id, of at most 20 characters."
    )
    oidc_agency_claim: str = Field(
        default="",
        max_length=128,
        description="Claim with the code of the officer's agency, which they then act for alone.",
        json_schema_extra={"shown": "none is said"},
    )
    oidc_roles_claim: str = Field(
        default="roles",
        max_length=128,
        description="Claim with the list of the officer's roles; dots lead into objects (`realm_access.roles`).",
    )
    oidc_roles: dict[str, OfficerRole] = Field(
        default_factory=lambda: {role.value: role for role in OfficerRole},
        description="What stands in it, and what that means here: `clerk`, `supervisor` or `security_officer`.",
        json_schema_extra={"shown": "the same names"},
    )
    page_url: str = Field(
        default="",
        max_length=255,
        description="Address of the pages as browsers have it, without a path: `https://counter.example.vn`.",
    )
    page_client: str = Field(
        default="",
        max_length=64,
        description="Name of the client in the registry that calls of officers who signed in are of.",
    )
    session_idle_minutes: float = Field(
        default=15.0,
        gt=0.0,
        le=480.0,
        allow_inf_nan=False,
        description="After which a session ends in which nothing is asked.",
    )
    session_hours: float = Field(
        default=8.0, gt=0.0, le=24.0, allow_inf_nan=False, description="After which it ends whatever is asked."
    )
    session_recheck_minutes: float = Field(
        default=5.0,
        gt=0.0,
        le=60.0,
        allow_inf_nan=False,
        description="How often the provider is asked whether an officer is one still, and with which roles.",
    )
    sessions: int = Field(
        default=1000, ge=1, le=100_000, description="Sessions at the same time; one more ends the longest unused."
    )

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Keyword arguments first, then the environment, then the file; neither .env nor secrets folders."""
        del dotenv_settings, file_secret_settings
        return init_settings, env_settings, TomlConfigSettingsSource(settings_cls)

    @property
    def store_url(self) -> str:
        """The database to open."""
        return self.database_url or f"sqlite:///{self.data_dir / 'idverify.db'}"

    @property
    def sqlite_file(self) -> Path | None:
        """The file of the database, if it is SQLite."""
        url = self.store_url
        return Path(url.removeprefix(SQLITE).partition("?")[0]) if url.startswith(SQLITE) else None

    @property
    def master_key_file(self) -> Path:
        """The secrets that seal what is stored."""
        return self.data_dir / "keys.json"

    @property
    def signing_key_file(self) -> Path:
        """The keys that sign assertions."""
        return self.data_dir / "signing-keys.json"

    @property
    def document_key_file(self) -> Path:
        """The key that signs printed documents."""
        return self.data_dir / "document-key.json"

    @property
    def log_key_file(self) -> Path:
        """The keys that sign the log of the audit trail."""
        return self.data_dir / "log-keys.json"

    @property
    def server_dir(self) -> Path:
        """What this server keeps for itself: ``data_dir``, or of several servers each its own folder in it."""
        return self.data_dir / SERVERS / self.server_name if self.server_name else self.data_dir

    @property
    def trail_file(self) -> Path:
        """How far the audit trail has come at least, as this server saw: what the database cannot say of itself."""
        return self.server_dir / TRAIL_FILE

    @property
    def trail_files(self) -> Sequence[Path]:
        """The same of every server, as far as they are there."""
        of_several = self.data_dir.glob(f"{SERVERS}/*/{TRAIL_FILE}")
        return [path for path in (self.data_dir / TRAIL_FILE, *sorted(of_several)) if path.exists()]

    def alone(self) -> Settings:
        """Return the settings of a server that works on the same register alone."""
        return self.model_copy(update={"server_name": ""})

    @property
    def erasure_file(self) -> Path:
        """Who was erased, so that no backup brings them back."""
        return self.erasure_list or self.server_dir / "erasures.jsonl"

    @property
    def scanner_range(self) -> range:
        """The ports at which the counter page may ask for scanners."""
        return ports_of(self.scanner_ports)

    @property
    def gallery_dir(self) -> Path:
        """The gallery on disk, from which the next start is quick. Can be made again."""
        return self.server_dir / _GALLERY

    @property
    def other_galleries(self) -> Sequence[Path]:
        """Those of other servers on this register, and of one that worked alone, the newest first."""
        every = [*self.data_dir.glob(f"{SERVERS}/*/{_GALLERY}"), self.data_dir / _GALLERY]
        return _newest_folders(path for path in every if path != self.gallery_dir)

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        check_address(self.listen)
        check_http(self.http, local=self.tls_cert is None)
        ports_of(self.scanner_ports)
        check_server_name(self.server_name)
        check_database(self.database_url, several=bool(self.server_name))
        check_watched(self.watch_listen, tls=self.tls_cert is not None)
        check_collector(self.trace_endpoint)
        check_gallery(self.gallery, key=self.gallery_key_file is not None)
        if not self.attempts_free < self.attempts_lock < self.attempts_citizen_lock:
            raise ValueError("attempts_free < attempts_lock < attempts_citizen_lock must hold")
        if self.attempts_client_free >= self.attempts_client_lock:
            raise ValueError("attempts_client_free < attempts_client_lock must hold")
        check_mosip(
            self.mosip_broker, self.mosip_client, sdk=self.mosip_sdk, http=bool(self.http), tls=bool(self.tls_cert)
        )
        if self.osia and not self.http:
            raise ValueError("osia needs http: it is answered at that address")
        if self.request_memory_bytes < 2 * self.max_message_bytes:
            raise ValueError("request_memory_bytes must be at least twice max_message_bytes")
        given = [name for name in _TLS_FIELDS if getattr(self, name) is not None]
        if given and len(given) < len(_TLS_FIELDS):
            missing = ", ".join(name for name in _TLS_FIELDS if name not in given)
            raise ValueError(f"TLS needs all of {', '.join(_TLS_FIELDS)}; missing: {missing}")
        check_sign_in(
            {name: getattr(self, name) for name in SIGN_IN_FIELDS},
            both=self.oidc_client_key_file is not None and self.oidc_client_secret_file is not None,
        )
        check_token(self.key_home, self.pkcs11_module, self.pkcs11_token)
        check_witnesses(self.log_witnesses, self.log_dir, plain=self.log_witness_plain_http)
        if self.tls_client_crl is not None and not given:
            raise ValueError("tls_client_crl needs TLS")
        if self.second_person and not given:
            raise ValueError("second_person needs TLS: without it nobody knows one caller from another")
        if self.second_person and "admin-client" not in self.second_person:
            raise ValueError("second_person needs admin-client: else an administrator makes the second person alone")
        if not given and not is_local(self.listen):
            raise ValueError(
                f"without TLS the server listens on loopback only (127.0.0.1, ::1, localhost, unix:); set "
                f"{', '.join(_TLS_FIELDS)} to listen elsewhere"
            )
        return self


def _newest_folders(paths: Iterable[Path]) -> Sequence[Path]:
    """Return those that are folders and may be looked at: others may take theirs away meanwhile."""
    found = []
    for path in paths:
        try:
            status = path.stat()
        except OSError:
            continue
        if stat.S_ISDIR(status.st_mode):
            found.append((status.st_mtime, path))
    return [path for _, path in sorted(found, reverse=True)]
