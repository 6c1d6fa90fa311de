"""Contrast between two colours, as the Web Content Accessibility Guidelines reckon it."""

from collections.abc import Sequence

Shade = tuple[int, int, int]


def contrast(one: str | Shade, other: str | Shade) -> float:
    darker, lighter = sorted((_luminance(shade(one)), _luminance(shade(other))))
    return (lighter + 0.05) / (darker + 0.05)


def hexed(colour: Sequence[float]) -> Shade:
    """Of a colour as Kivy keeps it."""
    red, green, blue = (round(channel * 255) for channel in colour[:3])
    return red, green, blue


def shade(colour: str | Shade) -> Shade:
    if isinstance(colour, tuple):
        return colour
    red, green, blue = bytes.fromhex(colour.removeprefix("#"))
    return red, green, blue


def _luminance(shade: Shade) -> float:
    parts = [channel / 255 for channel in shade]
    linear = [c / 12.92 if c <= 0.03928 else ((c + 0.055) / 1.055) ** 2.4 for c in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
