"""Plus codes: a place as ten letters that can be read out, and typed into any map."""

from math import floor
from typing import Final

LETTERS: Final = "23456789CFGHJMPQRVWX"
PAIRS: Final = 5  # of two letters each, latitude first: a square of 1/8000 degree, 14 m
STEPS: Final = 8000  # to a degree, in the last pair


def plus_code(lat: float, lon: float) -> str:
    """`8JGJGQHX+8C`: the square that holds the place."""
    # In whole steps: a coordinate on the edge of a square must not fall out of it by rounding. The
    # pole itself belongs to the last square below it.
    north = min(floor(round((lat + 90) * STEPS, 6)), 180 * STEPS - 1)
    east = floor(round((lon + 180) * STEPS, 6)) % (360 * STEPS)
    code = ""
    for _ in range(PAIRS):
        code = LETTERS[north % 20] + LETTERS[east % 20] + code
        north, east = north // 20, east // 20
    return f"{code[:8]}+{code[8:]}"
