"""Who watches the service, as the operator has set."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import ExitStack
from functools import lru_cache

from idverify.domain.errors import DomainError, SettingsError, StoredDataError
from idverify.matching.assembly import Matching
from idverify.ports import UNWATCHED, Biometrics, Gallery, Signer, Store, Watch
from idverify.settings import Settings
from idverify.settings.checks import is_local
from idverify.start.watching.shown import Kept
from idverify.telemetry.several import Several
from idverify.telemetry.watched_ports import WatchedBiometrics, WatchedGallery, WatchedSigner

_MOST_DEVICES = 10_000


def open_watch(settings: Settings, undo: ExitStack) -> Watch:
    """Return who watches: nobody, unless that is set. What happens before the door is open is told already."""
    watches: list[Watch] = []
    # Imported where they are asked for: what they need comes with the extra 'watch', which the settings looked for.
    if settings.watch_listen:
        from idverify.telemetry.watching.metrics import Metrics  # noqa: PLC0415

        watches.append(Metrics())
    if settings.trace_endpoint:
        from idverify.telemetry.watching.traces import to_collector  # noqa: PLC0415

        watches.append(to_collector(settings.trace_endpoint, settings.trace_share))
    if not watches:
        return UNWATCHED
    watch = Several(tuple(watches))
    undo.callback(watch.close)
    return watch


def watched(matching: Matching, signer: Signer, watch: Watch) -> tuple[Biometrics, Gallery, Signer]:
    """Return what calls work with, which tells the watch what it does; as it is, if nobody watches."""
    if watch is UNWATCHED:
        return matching.biometrics, matching.gallery, signer
    return (
        WatchedBiometrics(matching.biometrics, watch),
        WatchedGallery(matching.gallery, watch),
        WatchedSigner(signer, watch),
    )


def open_door(settings: Settings, watch: Watch, kept: Kept, undo: ExitStack) -> None:
    """Give figures to whoever asks, from now on.

    Args:
        settings: say where; empty: nowhere.
        watch: was told what happens.
        kept: is shown besides.
        undo: closes the door.

    Raises:
        SettingsError: that address cannot be listened on.
    """
    kept.show(watch)
    if not settings.watch_listen:
        return
    from idverify.telemetry.watching.endpoint import Tls, open_endpoint  # noqa: PLC0415
    from idverify.telemetry.watching.metrics import Metrics  # noqa: PLC0415

    assert isinstance(watch, Several)
    (metrics,) = (each for each in watch.watches if isinstance(each, Metrics))
    metrics.know_models(_models(kept.register.store))
    files = settings.tls_cert, settings.tls_key, settings.tls_client_ca
    tls = None if is_local(settings.watch_listen) else Tls(*(file for file in files if file is not None))
    try:
        undo.callback(open_endpoint(settings.watch_listen, metrics.registry, tls).close)
    except OSError as error:
        raise SettingsError(f"watch_listen cannot be used: {error.strerror}") from None


def _models(store: Store) -> Callable[[str], str | None]:
    """Return what tells the model of a device, asked once a device: neither is ever given again or changed."""

    @lru_cache(_MOST_DEVICES)
    def known(device_id: str) -> str | None:
        with store.reading() as view:
            device = view.devices.get(device_id)
        return device.model if device else None

    def model_of(device_id: str) -> str | None:
        try:
            return known(device_id)
        except (DomainError, StoredDataError):
            return None

    return model_of
