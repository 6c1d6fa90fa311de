"""Armed or not, and whom to tell: an alert that would not get out is to be known before."""

from typing import Final

from mobile.core import tracking
from mobile.core.device import Device
from shared import wire
from shared.wire import Obstacle

LOOKS_EVERY_S: Final = 15.0  # a permission that was taken away is said within this
SAYS_AGAIN_S: Final = 6 * 3600.0  # unchanged: the office reads how old it is

# The worst first: without the first two no alert has a place.
ORDER: Final[tuple[Obstacle, ...]] = (
    "location",
    "background_location",
    "battery_saver",
    "notifications",
    "updated",
)


def state_of(obstacles: frozenset[Obstacle], battery: float | None) -> wire.PhoneState:
    known = [obstacle for obstacle in ORDER if obstacle in obstacles]
    charge = None if battery is None else round(battery, 2)
    return wire.PhoneState(armed=not known, obstacles=known, battery=charge)


class Arming:
    """What the office is to be told of this phone, on the first line and on every change."""

    def __init__(self, device: Device) -> None:
        self._device = device
        self.state: wire.PhoneState | None = None
        self._looked_at = float("-inf")
        self._told: tuple[wire.PhoneState, float] | None = None

    def look(self, ticks: float) -> wire.PhoneState | None:
        """The state that is still to be said, or None where the office knows it."""
        if self.state is None or ticks - self._looked_at >= LOOKS_EVERY_S:
            self.state = state_of(self._device.obstacles(), self._device.battery())
            self._looked_at = ticks
        return self.state if self._is_news(self.state, ticks) else None

    def told(self, state: wire.PhoneState, ticks: float) -> None:
        """The office has it, or will never take it."""
        self._told = state, ticks

    def _is_news(self, state: wire.PhoneState, ticks: float) -> bool:
        if self._told is None:
            return True
        known, at = self._told
        return _gist(state) != _gist(known) or ticks - at >= SAYS_AGAIN_S


def _gist(state: wire.PhoneState) -> tuple[object, ...]:
    """One per cent less is no news; a mark that was passed is."""
    return state.armed, state.obstacles, tracking.charge_of(state.battery)
