"""What a use case may refuse, named in the field's words; `web.errors` gives them a status."""


class Refusal(Exception):
    """A request that is understood and not granted; `mend` says what would be."""

    def __init__(self, detail: str, *, mend: str | None = None, pointer: str | None = None) -> None:
        super().__init__(detail)
        self.detail = detail
        self.mend = mend
        self.pointer = pointer


class NotKnown(Refusal):
    """No such thing, or not for this caller: the two look alike."""


class NotAllowed(Refusal):
    """Not in this state."""


class Forbidden(Refusal):
    """Not with this code, or not by this person."""


class SignInNeeded(Refusal):
    """No session, or no device, stands behind the request."""


class TooManyTries(Refusal):
    """Codes and passwords may be tried only so fast; presses are never slowed."""

    def __init__(self, detail: str, wait_s: float) -> None:
        super().__init__(detail, mend=f"Try again in {wait_s:.0f} s.")
        self.wait_s = wait_s


class Unfit(Refusal):
    """Well-formed, and yet not usable: the pointer names the field."""
