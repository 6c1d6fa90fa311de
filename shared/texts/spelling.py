"""Names as a text message can carry them: clean, and in GSM-7 letters where that is possible."""

import unicodedata
from typing import Final

from shared.texts.parts import is_gsm7

JOINERS: Final = "\u200c\u200d"  # they shape letters in Persian and in Indic scripts

LATIN: Final = {
    "ł": "l", "đ": "d", "ð": "d", "þ": "th", "ı": "i", "œ": "oe", "ə": "e", "ŋ": "ng", "ħ": "h",
    "ŧ": "t", "ɓ": "b", "ɗ": "d", "ɖ": "d", "ƙ": "k", "ƴ": "y", "ɛ": "e", "ɔ": "o", "ɣ": "g",
    "ƒ": "f", "ʋ": "v", "ɲ": "ny", "ĸ": "k",
}  # fmt: skip
CYRILLIC: Final = {
    "а": "a", "б": "b", "в": "v", "г": "g", "д": "d", "е": "e", "ё": "yo", "ж": "j", "з": "z",
    "и": "i", "й": "i", "к": "k", "л": "l", "м": "m", "н": "n", "о": "o", "ө": "ö", "п": "p",
    "р": "r", "с": "s", "т": "t", "у": "u", "ү": "ü", "ф": "f", "х": "kh", "ц": "ts", "ч": "ch",
    "ш": "sh", "щ": "shch", "ъ": "", "ы": "y", "ь": "", "э": "e", "ю": "yu", "я": "ya",
    "і": "i", "ї": "i", "є": "ye", "ґ": "g", "ў": "u", "ђ": "dj", "ј": "j", "љ": "lj", "њ": "nj",
    "ћ": "c", "ѕ": "dz", "џ": "dz", "ә": "a", "ғ": "g", "қ": "k", "ң": "ng", "ұ": "u", "һ": "h",
}  # fmt: skip
SIGNS: Final = {
    "’": "'", "‘": "'", "ʼ": "'", "ʻ": "'", "`": "'", "´": "'", "“": '"', "”": '"', "«": '"',
    "»": '"', "–": "-", "—": "-", "‐": "-", "·": ".",
}  # fmt: skip
LETTERS: Final = LATIN | CYRILLIC


def clean(text: str) -> str:
    """One line without control or direction characters, so that no name can forge or turn one."""
    return " ".join("".join(filter(_belongs, unicodedata.normalize("NFC", text))).split())


def in_gsm7(text: str) -> str:
    """Spelled in GSM-7; a text with a letter that has no Latin spelling stays as it is."""
    cleaned = clean(text)
    if is_gsm7(cleaned):
        return cleaned
    spelled = "".join(_spelled(character) for character in cleaned)
    return " ".join(spelled.split()) if is_gsm7(spelled) else cleaned


def _spelled(character: str) -> str:
    if is_gsm7(character):
        return character
    if character in SIGNS:
        return SIGNS[character]
    if (small := character.lower()) in LETTERS:
        spelling = LETTERS[small]
        return spelling if small == character else spelling.capitalize()
    if (taken_apart := unicodedata.normalize("NFKD", character)) != character:
        return "".join(map(_spelled, taken_apart))
    return character if unicodedata.category(character)[0] in "LN" else ""


def _belongs(character: str) -> bool:
    if character.isspace() or character in JOINERS:
        return True
    return not unicodedata.category(character).startswith("C")
