"""How long and how often: the full run by default, shorter ones where asked."""

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Options:
    rounds: int = 5
    seconds: float = 10
    warm_up: float = 1
    presses: int = 1000

    @property
    def full(self) -> bool:
        return self.rounds >= 5 and self.seconds >= 10 and self.presses >= 1000
