"""`candlewire people office territory`: which ground an office answers for."""

import argparse

from server.commands.opening import Opened
from server.commands.people_staff import BY
from server.commands.terminal import say
from server.db import Transaction
from server.domain.errors import Unfit
from server.domain.territory import Area, Circle
from server.services import setup, territories
from shared.clock import SystemClock

KM = 1000  # metres


def add_to(verbs: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    ground = verbs.add_parser("territory", help="sets the ground that an office answers for")
    ground.add_argument("office", metavar="NAME")
    ground.add_argument("--code", action="append", default=[], help="ISO 3166 or UN M49; again")
    ground.add_argument(
        "--circle", action="append", default=[], metavar="LAT,LON,KM", help="above codes; again"
    )
    ground.set_defaults(do=set_territory)


def set_territory(opened: Opened, options: argparse.Namespace) -> None:
    now = SystemClock().now()
    circles = [_circle(text) for text in options.circle]

    def unit(tx: Transaction) -> None:
        office = setup.office_named(tx, options.office)
        areas = [Area(office, code=code.upper()) for code in options.code]
        areas += [Area(office, circle=circle) for circle in circles]
        territories.set_areas(tx, office, areas, BY, now)

    opened.database.write(unit)
    say(f"Codes: {len(options.code)}, circles: {len(circles)}, in place of what there was.")


def _circle(text: str) -> Circle:
    try:
        lat, lon, km = (float(part) for part in text.split(","))
    except ValueError:
        lat = lon = km = float("nan")
    if not (-90 <= lat <= 90 and -180 <= lon <= 180 and 1 <= km <= 500):
        raise Unfit(
            "This is not a circle.", mend="Give LAT,LON,KM, as 13.45,-16.58,40; 1 to 500 km."
        )
    return Circle(lat, lon, km * KM)
