"""The one way to what is private: shut when the app is left, and slow by intention to open."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any, Protocol

from mobile.core.private import Opened, Private, PrivateVault, Stale, TooSoon
from shared.crypto import CryptoError


class Aside(Protocol):
    """Does slow work on another thread, then hands what came of it to `done` on this one."""

    def __call__(self, work: Callable[[], Any], done: Callable[[Any], None]) -> None: ...


class Door:
    """`ticks` counts since the machine started; `wipe_after` is what its owner chose, 0 for never.

    Where no code was ever set, the empty one opens it.
    """

    def __init__(
        self,
        vault: PrivateVault,
        *,
        ticks: Callable[[], float],
        aside: Aside,
        wipe_after: Callable[[], int] = lambda: 0,
    ) -> None:
        self._vault = vault
        self._ticks = ticks
        self._aside = aside
        self._wipe_after = wipe_after
        self._opened: Opened | None = None
        self._shut = 0  # a code that was being tried when the door was shut opens nothing
        self._is_busy = False
        self._later: list[Callable[[], None]] = []
        self._rests_until = 0.0
        self._rest()

    @property
    def is_open(self) -> bool:
        return self._opened is not None

    @property
    def is_busy(self) -> bool:
        return self._is_busy

    @property
    def private(self) -> Private:
        """Nothing, while it is shut."""
        return self._opened.private if self._opened else Private()

    def wait(self) -> float:
        """Seconds that wrong codes cost still."""
        return max(0.0, self._rests_until - self._ticks())

    def enter(self, code: str, done: Callable[[bool], None]) -> None:
        """Tries a code, and later tells `done` whether the door is open now; not if it was shut."""
        if self.is_busy or self.wait():
            return done(False)
        shut = self._shut

        def answered(is_open: bool) -> None:
            if shut == self._shut:
                done(is_open)

        self._do(lambda: self._tried(code), answered)

    def set_codes(self, code: str, duress: str, done: Callable[[bool], None]) -> None:
        """The same contents behind other codes, both at once; the empty code is none at all.

        Nothing, where the door is shut. A try that is under way comes first.
        """
        if self.is_busy:
            self._later.append(lambda: self.set_codes(code, duress, done))
        elif self._vault.exists and not self.is_open:
            done(False)
        else:
            private = self.private
            self._do(lambda: self._vault.make(private, code, duress), done)

    def save(self, private: Private) -> None:
        """Nothing, where it was shut or wiped meanwhile; a full disk keeps it in memory alone."""
        if self._opened is not None:
            try:
                self._opened = self._vault.save(self._opened, private)
            except Stale:
                self.shut()
            except OSError:
                self._opened = replace(self._opened, private=private)

    def shut(self) -> None:
        self._opened = None
        self._shut += 1

    def _do(self, work: Callable[[], Opened | None], done: Callable[[bool], None]) -> None:
        self._is_busy, shut = True, self._shut

        def came(opened: Opened | None) -> None:
            self._is_busy = False
            self._rest()
            if shut == self._shut:
                self._opened = opened
            done(self.is_open)
            if self._later:
                self._later.pop(0)()

        def worked() -> Opened | None:
            try:
                return work()
            except OSError:
                return None  # no try can be counted on a full disk, so none is made

        self._aside(worked, came)

    def _tried(self, code: str) -> Opened | None:
        try:
            if self._vault.exists:
                return self._vault.open(code, self._ticks(), self._wipe_after())
        except TooSoon:
            return None
        except CryptoError:
            # Another machine's folder: like the ready vault, this one begins anew.
            return self._vault.make(Private()) if not code else None
        return self._vault.make(Private()) if not code else None

    def _rest(self) -> None:
        try:
            self._rests_until = self._ticks() + self._vault.wait(self._ticks())
        except CryptoError:
            self._rests_until = 0.0
