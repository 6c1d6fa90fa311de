"""The seam to the outside: a text or a call goes out, and its outcome comes back as a value."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

NO_RETENTION_FLAGS = frozenset({30029, 30030})  # the account has no flags to discard texts by


@dataclass(frozen=True, slots=True)
class Sent:
    """The carrier has taken it; `provider_id` is its name for the text or the call.

    `left_out` is the carrier's code against a flag of ours that went without; `keeps_body`: it
    was not asked to discard the words.
    """

    provider_id: str
    left_out: int | None = None
    keeps_body: bool = False


@dataclass(frozen=True, slots=True)
class Refused:
    """The carrier did not take it: its own code where it gave one, and the HTTP status.

    `retry_after` is how many seconds the carrier asks to wait.
    """

    code: int | None
    status: int
    retry_after: float | None = None


@dataclass(frozen=True, slots=True)
class Unknown:
    """It may have gone out: a time-out, a cut connection, an answer that says nothing.

    `reason` names the kind of fault; `"unreachable"` alone means that no byte of it left us.
    `keeps_body` as of one that was taken.
    """

    reason: str
    keeps_body: bool = False


Outcome = Sent | Refused | Unknown


class Carrier(Protocol):
    """Texts and calls. Nothing here raises for what a carrier or a network may do."""

    async def send(self, to: str, body: str, attempt_id: str, valid_for: timedelta) -> Outcome:
        """One request for one text; `attempt_id` comes back in every receipt."""

    async def call(self, to: str, twiml: str, attempt_id: str) -> Outcome:
        """One request for one call, which does as `twiml` says once somebody picks up."""

    async def find(self, to: str, code: str, since: datetime, attempt_id: str) -> list[str]:
        """The provider's ids of texts to that number that are `attempt_id` or, where it keeps no
        name of ours, that hold `code`; oldest first.
        """

    async def status(self, provider_id: str) -> tuple[str, int | None] | None:
        """The provider's word for a text and its error code; None where it does not say."""

    async def forget(self, provider_id: str) -> bool:
        """Empties the carrier's copy of a text; whether it holds the words no more."""

    async def close(self) -> None:
        """Lets go of the connections."""
