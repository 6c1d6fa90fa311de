"""Colours, sizes and fonts: one table for every screen of the phone, and one for strong light."""

import re
from pathlib import Path
from typing import Final

from kivy.event import EventDispatcher
from kivy.metrics import Metrics
from kivy.properties import ColorProperty, DictProperty, NumericProperty
from kivy.utils import get_color_from_hex

from mobile.core.letters import written
from mobile.core.looks import Tone

CALM: Final = {
    "NIGHT": "#0F141B",
    "INK": "#1A222D",
    "RAISED": "#2A3442",
    "PAPER": "#FAF8F4",
    "MUTE": "#A7B0BC",
    # Deeper than the board's red: white on it reaches 7:1, which a phone in the sun needs.
    "RED": "#A81127",
    "RED_HELD": "#8E0E22",
    "EDGE": "#1A222D",  # around what stands on INK: unseen here
}
STRONG: Final = {
    "NIGHT": "#000000",
    "INK": "#000000",
    "RAISED": "#262626",
    "PAPER": "#FFFFFF",
    "MUTE": "#FFFFFF",
    "RED": "#A81127",
    "RED_HELD": "#5C0914",
    "EDGE": "#FFFFFF",
}
TONES: Final[dict[Tone, str]] = {
    Tone.CALM: CALM["PAPER"],
    Tone.ALARM: "#FF6B7A",
    Tone.WAITING: "#F2B544",
    Tone.TAKEN: "#7DB8F0",
    Tone.SAFE: "#6FCF97",
    Tone.MUTE: CALM["MUTE"],
    Tone.DRILL: "#B9A6E8",
}
# One colour beside white: in strong light a second would only be guessed at.
YELLOW: Final = "#FFE14D"
STRONG_TONES: Final[dict[Tone, str]] = {
    tone: YELLOW if tone in (Tone.ALARM, Tone.WAITING) else STRONG["PAPER"] for tone in Tone
}

# Text and what it stands on, for the test that every pair reaches 7:1.
PAIRS: Final = [
    ("PAPER", "RED"),
    ("PAPER", "RED_HELD"),
    ("PAPER", "RAISED"),
    ("PAPER", "INK"),
    ("PAPER", "NIGHT"),
    ("MUTE", "INK"),
    ("MUTE", "NIGHT"),
]

BODY_SP: Final = 18
LEAD_SP: Final = 24
BIG_SP: Final = 34
HUGE_SP: Final = 72
TARGET_DP: Final = 56  # the least that may be touched is 48
LARGEST_TEXT: Final = 2.0  # the system's size of text and ours together

FONTS: Final = Path(__file__).parent / "fonts"
FONT: Final = "NotoSansCore"
FONT_OF_LOCALE: Final = {
    "ar": "NotoSansArabicLatin",
    "fa": "NotoSansArabicLatin",
    "my": "NotoSansMyanmarLatin",
    "am": "NotoSansEthiopicLatin",
    "zh": "NotoSansChineseLatin",
}
# A name may be written in another script than the words around it.
LOCALE_OF_SCRIPT: Final = {
    "ar": re.compile("[\u0600-\u077f\ufb50-\ufdff\ufe70-\ufefc]"),
    "my": re.compile("[\u1000-\u109f]"),
    "am": re.compile("[\u1200-\u139f]"),
    "zh": re.compile("[\u3000-\u303f\u3400-\u9fff\uff00-\uffef]"),
}
# Ours has the letters of our own words; a name in others is drawn with the phone's.
SYSTEM_CHINESE: Final = Path("/system/fonts/NotoSansCJK-Regular.ttc")
HAS_SYSTEM_CHINESE: Final = SYSTEM_CHINESE.exists()
# What the renderer must know to place vowels; the others are drawn as they are written.
SCRIPT_OF_FONT: Final = {"NotoSansMyanmarLatin": "Mymr"}


def font_name(locale: str, text: str = "") -> str:
    """The font of a language, or of the script that this text is in."""
    for other, letters in LOCALE_OF_SCRIPT.items():
        if found := letters.findall(text):
            is_ours = other != "zh" or written("zh").issuperset(found)
            return FONT_OF_LOCALE[other] if is_ours or not HAS_SYSTEM_CHINESE else "SystemChinese"
    return FONT_OF_LOCALE.get(locale, FONT)


def script_name(font: str) -> str:
    return SCRIPT_OF_FONT.get(font, "Latn")


class Look(EventDispatcher):  # type: ignore[misc]
    """The colours in use; a change reaches every screen that is drawn with them."""

    night = ColorProperty(CALM["NIGHT"])
    ink = ColorProperty(CALM["INK"])
    raised = ColorProperty(CALM["RAISED"])
    paper = ColorProperty(CALM["PAPER"])
    mute = ColorProperty(CALM["MUTE"])
    red = ColorProperty(CALM["RED"])
    red_held = ColorProperty(CALM["RED_HELD"])
    edge = ColorProperty(CALM["EDGE"])
    sp = NumericProperty(Metrics.sp)  # pixels for one of the owner's
    tones = DictProperty({tone: get_color_from_hex(hexed) for tone, hexed in TONES.items()})

    def use(self, *, is_strong: bool) -> None:
        for name, hexed in (STRONG if is_strong else CALM).items():
            setattr(self, name.lower(), hexed)
        tones = STRONG_TONES if is_strong else TONES
        self.tones = {tone: get_color_from_hex(hexed) for tone, hexed in tones.items()}


look = Look()
_system_scale: list[float] = []


def enlarge(text_scale: float) -> None:
    """Text as large as its owner wants it, on top of what the system was told."""
    if not _system_scale:
        _system_scale.append(float(Metrics.fontscale))
    Metrics.fontscale = min(LARGEST_TEXT, _system_scale[0] * text_scale)
    look.sp = Metrics.sp


def color(name: str) -> list[float]:
    """A colour in use by its name, for what is drawn once; a screen's rules name `look`."""
    return list(getattr(look, name.lower()))


def tone_color(tone: Tone) -> list[float]:
    return list(look.tones[tone])
