"""Runs what may hang on a thread of its own, and waits only so long."""

import threading
from collections.abc import Callable
from typing import Generic, TypeVar

R = TypeVar("R")


class Aside(Generic[R]):
    """One call at a time: while one hangs, the next is refused and not piled up behind it."""

    def __init__(self, name: str, seconds: float) -> None:
        self._name = name
        self._seconds = seconds
        self._thread: threading.Thread | None = None

    def hangs(self) -> bool:
        return self._thread is not None and self._thread.is_alive()

    def run(self, call: Callable[[], R]) -> R:
        """Its result; TimeoutError where it takes too long, or an earlier one still does."""
        if self.hangs():
            raise TimeoutError(f"{self._name} still hangs")
        results: list[R] = []
        errors: list[Exception] = []

        def work() -> None:
            try:
                results.append(call())
            except Exception as error:  # noqa: BLE001 - handed to whoever waits
                errors.append(error)

        self._thread = threading.Thread(target=work, name=self._name, daemon=True)
        self._thread.start()
        self._thread.join(self._seconds)
        if errors:
            raise errors[0]
        if not results:
            raise TimeoutError(f"{self._name} hangs")
        return results[0]
