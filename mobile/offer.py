"""What the app offers to its rooms; no room reaches through it to another."""

from collections.abc import Callable
from dataclasses import dataclass

from mobile.core.device import Device
from mobile.core.door import Door
from mobile.core.outbox import KeptPress, Outbox
from mobile.core.pages import Aside, Ask
from mobile.core.private import PrivateVault
from mobile.core.vault import Hot, Vault
from shared.clock import Clock


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """`save` keeps a change and hands it to every room; `wake` and `carry` are the guard's."""

    hot: Callable[[], Hot]
    save: Callable[[Hot], None]
    vault: Vault
    private: PrivateVault
    door: Door
    outbox: Outbox
    device: Device
    clock: Clock
    hold_s: float | None
    feels_motion: bool
    aside: Aside
    ask: Ask
    wake: Callable[[], None]
    carry: Callable[[KeptPress], None]
    raise_drill: Callable[[], None]
    go: Callable[[str], None]
    go_home: Callable[[], None]
    go_back: Callable[[], None]
    hide: Callable[[], None]
