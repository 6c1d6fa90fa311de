"""Rooms that are read from top to bottom: lines, choices, buttons, keys, in any order."""

from dataclasses import dataclass
from typing import Final, TypeAlias

from mobile.core.looks import Words
from mobile.core.pages import Action, Choice, Fact, KeypadView


@dataclass(frozen=True, slots=True)
class Heading:
    words: Words


@dataclass(frozen=True, slots=True)
class Lead:
    """The one line that the room is about; everything else is smaller."""

    fact: Fact


@dataclass(frozen=True, slots=True)
class Paragraph:
    """What there is to know about the rows beside it."""

    words: Words


@dataclass(frozen=True, slots=True)
class Switch:
    """On or off, said by a word and a shape; a tap anywhere on it turns it."""

    name: str
    words: Words
    is_on: bool


Row: TypeAlias = Heading | Paragraph | Lead | Fact | Choice | Switch | Action | KeypadView


@dataclass(frozen=True, slots=True, kw_only=True)
class SheetView:
    title: Words
    rows: tuple[Row, ...] = ()


BLANK: Final = SheetView(title=Words())
