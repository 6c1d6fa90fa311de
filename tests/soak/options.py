"""How many points, from which seed, and how large a burst. `hasty`: time limits are short."""

from dataclasses import dataclass, replace


@dataclass(frozen=True, kw_only=True)
class Options:
    points: int = 50
    serve_points: int = 200
    seed: int = 1
    activists: int = 200
    contacts: int = 5
    presses: int = 1000
    images: int = 300
    incidents: int = 1000
    phone_days: int = 8000
    people: int = 3000
    pairs: int = 500
    tracks: int = 200
    boards: int = 300
    seconds: float = 300
    hasty: bool = False

    def few(self) -> "Options":
        """The few seeded points that `make test` runs."""
        return replace(
            self,
            points=5,
            serve_points=3,
            activists=20,
            presses=100,
            images=60,
            incidents=12,
            phone_days=40,
            people=150,
            tracks=8,
            pairs=6,
            boards=30,
            seconds=3,
            hasty=True,
        )
