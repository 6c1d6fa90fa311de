"""Tells by touch how far an alert got: for the window, and for the guard where there is none."""

from contextlib import suppress

from mobile.core.device import Device
from mobile.core.feel import VIBRATIONS, Reached, after, due
from mobile.core.outbox import NotKept, Outbox


class Teller:
    """Remembers what was told, so that it may be asked at every frame."""

    def __init__(self, outbox: Outbox, device: Device) -> None:
        self._outbox = outbox
        self._device = device
        self._felt = outbox.felt

    def tell(self, reached: Reached | None, feels: tuple[bool, bool, bool]) -> None:
        """A step that is switched off counts as told, so that it does not come later."""
        if reached is None or not (step := due(self._felt, reached)):
            return
        self._felt = after(self._felt, reached, step)
        with suppress(NotKept):  # felt twice is better than not felt
            step = self._outbox.tell(reached)
        if step and feels[step - 1]:
            self._device.vibrate(VIBRATIONS[step])
