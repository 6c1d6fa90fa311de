"""Every word that people read: catalogues in each language, and what a text message costs."""

from shared.texts.catalogue import LOCALES, RIGHT_TO_LEFT, SCREENS, say, strings
from shared.texts.parts import Segments, is_gsm7, segments

__all__ = [
    "LOCALES",
    "RIGHT_TO_LEFT",
    "SCREENS",
    "Segments",
    "is_gsm7",
    "say",
    "segments",
    "strings",
]
