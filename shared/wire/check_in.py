"""The check-in timer on the wire: setting it, moving it, ending it, and how it stands."""

from datetime import datetime

from shared.wire.messages import Accepted, Position
from shared.wire.values import Code, Message, Moment, Share, must_be_usable


class CheckIn(Message, frozen=True):
    """The alert goes out at `due_at` unless the timer is extended or ended before.

    `position` and `battery` are what that alert will say, should the phone be gone by then.
    """

    due_at: Moment
    position: Position | None = None
    battery: Share | None = None

    def __post_init__(self) -> None:
        must_be_usable("due_at", self.due_at)


class CheckInChange(CheckIn, frozen=True):
    """The timer is moved. A duress code is answered like the true one, and tells the office."""

    code: Code | None = None


class CheckInEnd(Message, frozen=True):
    """The timer is ended, with a code that is told apart by the office alone."""

    code: Code
    position: Position | None = None
    battery: Share | None = None


class CheckInStanding(Message, frozen=True):
    """`due_at` is null where no timer runs; `incident` is the alert that goes on, if any.

    `now` is the server's time, so that a phone whose clock is wrong shows the right one.
    """

    now: datetime
    due_at: datetime | None
    incident: Accepted | None = None
