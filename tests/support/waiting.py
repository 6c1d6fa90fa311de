"""Waiting for what another thread does by itself; nothing else in the tests ever waits."""

import time
from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T")
PATIENCE = 30.0  # seconds; a loaded machine needs some, a healthy one a few milliseconds


def until(look: Callable[[], T | None], what: str) -> T:
    """The first thing `look` finds."""
    give_up = time.monotonic() + PATIENCE
    while not (found := look()):
        assert time.monotonic() < give_up, f"waited in vain for {what}"
        time.sleep(0.004)
    return found
