"""The seam to whoever knows of a number, before it is texted, what kind of line it is."""

from typing import Protocol

from server.domain.reach import Reach

AT_ONCE = 10  # questions


class Numbers(Protocol):
    """Nothing here raises for what a carrier or a network may do."""

    async def reach_of(self, phone: str) -> Reach | None:
        """None where the carrier could not be asked now; `UNKNOWN` where it does not say."""

    async def close(self) -> None:
        """Lets go of the connections."""
