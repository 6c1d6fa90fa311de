"""Colours, sizes and fonts: one table for every screen of the phone."""

from pathlib import Path
from typing import Final

from kivy.utils import get_color_from_hex

from mobile.core.looks import Tone

NIGHT: Final = "#0F141B"
INK: Final = "#1A222D"
RAISED: Final = "#2A3442"
PAPER: Final = "#FAF8F4"
MUTE: Final = "#A7B0BC"
# Deeper than the board's red: white on it reaches 7:1, which a phone in the sun needs.
RED: Final = "#A81127"
RED_HELD: Final = "#8E0E22"

TONES: Final[dict[Tone, str]] = {
    Tone.CALM: PAPER,
    Tone.ALARM: "#FF6B7A",
    Tone.WAITING: "#F2B544",
    Tone.TAKEN: "#7DB8F0",
    Tone.SAFE: "#6FCF97",
    Tone.MUTE: MUTE,
    Tone.DRILL: "#B9A6E8",
}

# Text and what it stands on, for the test that every pair reaches 7:1.
PAIRS: Final = [
    (PAPER, RED),
    (PAPER, RED_HELD),
    (PAPER, RAISED),
    (PAPER, INK),
    (PAPER, NIGHT),
    (MUTE, INK),
    (MUTE, NIGHT),
    (TONES[Tone.WAITING], NIGHT),
]

BODY_SP: Final = 18
LEAD_SP: Final = 24
BIG_SP: Final = 34
HUGE_SP: Final = 72
TARGET_DP: Final = 56  # the least that may be touched is 48

FONTS: Final = Path(__file__).parent / "fonts"
FONT_OF_LOCALE: Final = {"ar": "NotoSansArabicLatin"}
FONT: Final = "NotoSansCore"


def font_name(locale: str) -> str:
    return FONT_OF_LOCALE.get(locale, FONT)


def color(name: str) -> list[float]:
    """A colour of this table by its name, as Kivy takes it."""
    return list(get_color_from_hex(globals()[name]))


def tone_color(tone: Tone) -> list[float]:
    return list(get_color_from_hex(TONES[tone]))
