"""Bad days: what a trainer or a test has asked to go wrong, and whether it does so now."""

from collections.abc import Callable
from dataclasses import dataclass
from random import SystemRandom
from typing import Annotated, Literal

from msgspec import Meta

from server.sandbox.dialect import Refusal, refusal
from server.sandbox.journey import HANDSET_OFF, NEVER_DELIVERED, NEVER_SENT, NO_TEXTS_THERE
from shared import wire

Chance = Callable[[], float]

chance: Chance = SystemRandom().random


Callbacks = Literal["on", "drop", "duplicate", "shuffle"]
MIXED: tuple[Callbacks, ...] = ("drop", "duplicate", "shuffle", "on", "on")  # a fifth each


class Faults(wire.Message, frozen=True):
    """The body of `PUT /_sandbox/faults`; `{}` heals. Rates are shares of the texts and calls.

    `status` and `code` alone mean always. A code that Twilio gives only in receipts, such as
    30007, lets the text be taken first; with a `status` beside it, it refuses like any other.
    """

    status: Annotated[int, Meta(ge=400, le=599)] | None = None
    code: Annotated[int, Meta(ge=10_000, le=99_999)] | None = None
    rate: wire.Share | None = None
    latency_ms: Annotated[float, Meta(ge=0, le=60_000)] = 0
    hang_rate: wire.Share = 0
    reset_rate: wire.Share = 0
    accept_then_reset_rate: wire.Share = 0
    throttle_rate: wire.Share = 0
    callbacks: Callbacks | Literal["mixed"] = "on"
    undelivered: tuple[wire.Phone, ...] = ()
    landlines: tuple[wire.Phone, ...] = ()
    messages_per_second: Annotated[float, Meta(gt=0, le=100_000)] | None = None

    @property
    def error_rate(self) -> float:
        if self.rate is not None:
            return self.rate
        return 1 if self.status or self.code else 0

    @property
    def in_receipts(self) -> bool:
        """Whether the code comes in a receipt instead of an answer."""
        return self.status is None and self.code in NEVER_SENT | NEVER_DELIVERED


@dataclass(frozen=True, slots=True)
class Verdict:
    """What happens to one request. `fate` is how a text ends that is taken all the same."""

    hang: bool = False
    reset: bool = False
    refusal: Refusal | None = None
    fate: int | None = None
    reset_after: bool = False


# A refusal of a flag can meet only a request that carries the flag.
REFUSES_FIELD = {30029: "ContentRetention", 30030: "AddressRetention", 21609: "StatusCallback"}


class Weather:
    """The faults in force. A restart heals."""

    def __init__(self, chance: Chance = chance) -> None:
        self.faults = Faults()
        self.chance = chance
        self._tokens = 0.0
        self._filled_at = 0.0

    def change(self, faults: Faults, clock: float) -> None:
        self.faults = faults
        self._tokens = max(1.0, faults.messages_per_second or 0)
        self._filled_at = clock

    def verdict(self, form: dict[str, str], clock: float) -> Verdict:
        """Drawn once a request. `clock` is in seconds and only moves forward."""
        faults = self.faults
        if self._happens(faults.hang_rate):
            return Verdict(hang=True)
        if self._happens(faults.reset_rate):
            return Verdict(reset=True)
        if self._happens(faults.throttle_rate):
            return Verdict(refusal=refusal(20429))
        faulty = self._happens(faults.error_rate)
        if faulty and not faults.in_receipts and _meets(faults.code, form):
            return Verdict(refusal=refusal(faults.code, faults.status))
        if "Twiml" not in form and not self._has_room(clock):  # calls do not wait behind texts
            return Verdict(refusal=refusal(20429))
        fate = faults.code if faulty and faults.in_receipts else None
        if form.get("To") in faults.undelivered:
            fate = HANDSET_OFF
        if form.get("To") in faults.landlines:
            fate = NO_TEXTS_THERE
        return Verdict(fate=fate, reset_after=self._happens(faults.accept_then_reset_rate))

    def line_of(self, number: str) -> str:
        """What Lookup calls it."""
        return "landline" if number in self.faults.landlines else "mobile"

    def callbacks(self) -> Callbacks:
        """What happens to one message's next receipts."""
        mode = self.faults.callbacks
        return MIXED[int(self.chance() * len(MIXED))] if mode == "mixed" else mode

    def _happens(self, rate: float) -> bool:
        return rate > 0 and self.chance() < rate

    def _has_room(self, clock: float) -> bool:
        rate = self.faults.messages_per_second
        if rate is None:
            return True
        filled = self._tokens + (clock - self._filled_at) * rate
        self._tokens, self._filled_at = min(filled, max(1.0, rate)), clock
        if self._tokens < 1:
            return False
        self._tokens -= 1
        return True


def _meets(code: int | None, form: dict[str, str]) -> bool:
    field = REFUSES_FIELD.get(code or 0)
    return field is None or field in form
