"""Which time zone this machine keeps, by the name that a server knows."""

from datetime import datetime, timedelta
from pathlib import Path
from typing import Final

LOCALTIME: Final = Path("/etc/localtime")
HOUR: Final = timedelta(hours=1)


def zone_name(now: datetime, localtime: Path = LOCALTIME) -> str:
    """`Africa/Dakar` where the system says so; else a zone of the same whole hours, else UTC."""
    _, found, name = str(localtime.resolve()).partition("zoneinfo/")
    if found:
        return name
    offset = now.astimezone().utcoffset() or timedelta(0)
    hours, rest = divmod(offset, HOUR)
    return "UTC" if rest or not hours else f"Etc/GMT{-hours:+d}"  # the sign is turned around there
