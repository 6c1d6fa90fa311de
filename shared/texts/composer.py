"""The texts to contacts: what is said, in which order, and what goes first when there is no room.

Each text stands alone and takes one part wherever the names in it allow. What is tried is listed
from the fullest to the barest, and the first of the cheapest is taken. In GSM-7 everything goes
into one text; without room for it the source goes, then the battery, then the link follows in a
second text. Where letters cost double the link and the battery always follow.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta, tzinfo
from math import ceil
from typing import Final, Literal, TypeVar
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from shared.geo import format_coordinates
from shared.texts.catalogue import say
from shared.texts.parts import is_gsm7, segments
from shared.texts.spelling import clean, in_gsm7
from shared.wire import Kind, Locale, Position

T = TypeVar("T")

DRILL: Final = "DRILL"
Ending = Literal["safe", "false_alarm", "closed"]

STALE: Final = timedelta(minutes=5)
GSM7_LOCALES: Final = frozenset({"en", "es", "fr", "pt", "tr"})


@dataclass(frozen=True)
class Route:
    """What the way to a phone allows: answers by text, and links."""

    two_way: bool
    links: bool


@dataclass(frozen=True, kw_only=True)
class AlertText:
    """What a contact is told. `name` is what this contact calls the activist."""

    name: str
    code: str
    kind: Kind
    pressed_at: datetime
    timezone: str
    position: Position | None
    battery: float | None
    code_word: str = ""
    link: str
    locale: Locale


def compose_alert(alert: AlertText, route: Route) -> tuple[str, ...]:
    """One text, or two of which the second adds what the first had no room for."""
    key = "sms.opening" if alert.kind == "alert" else "sms.opening_drill"
    return _composed(
        _facts(alert, say(key, alert.locale, name=_name(alert)), alert.pressed_at, route)
    )


def compose_again(alert: AlertText, again_at: datetime, route: Route) -> str:
    """The button was pressed once more; `alert.position` is the newest place."""
    opening = say("sms.opening_again", alert.locale, name=_name(alert))
    return _composed(_facts(alert, _marked(opening, alert.kind), again_at, route))[0]


def compose_place(alert: AlertText, asked_at: datetime, route: Route) -> str:
    """The newest place, to a contact who asked for it."""
    key = "sms.opening" if alert.kind == "alert" else "sms.opening_drill"
    opening = say(key, alert.locale, name=_name(alert))
    return _composed(_facts(alert, opening, asked_at, route))[0]


def compose_stop_claimed(name: str, code: str, locale: Locale, kind: Kind) -> str:
    """Neutral on purpose: only the office's word makes anybody safe."""
    return _about("sms.stop_claimed", name, code, locale, kind)


def compose_moved(alert: AlertText, now: datetime) -> str:
    """The place is another than the one that was told; `alert.position` is the newest."""
    return _news(alert, say("sms.opening_moved", alert.locale, name=_name(alert)), now)


def compose_battery_low(alert: AlertText, now: datetime) -> str:
    """Their phone may be off soon: how full it is, and the newest place."""
    percent = round((alert.battery or 0) * 100)
    opening = say("sms.opening_battery", alert.locale, name=_name(alert), percent=percent)
    return _news(replace(alert, battery=None), opening, now)


def compose_silent(alert: AlertText, heard_at: datetime) -> str:
    """Nothing has come from their phone since: when it was heard last, and where."""
    return _news(alert, say("sms.opening_silent", alert.locale, name=_name(alert)), heard_at)


def compose_end(name: str, code: str, ending: Ending, locale: Locale, kind: Kind) -> str:
    """The last text: the office's word, and where there is room a line of care."""
    if ending == "closed":
        said = _marked(f"{code}: {say('sms.closed', locale)}", kind)
    else:
        said = _about(f"sms.{ending}", name, code, locale, kind)
    return _cheapest((_lines(said, say("sms.after_care", locale)), said))


def compose_acting(name: str, code: str, who: str, locale: Locale, kind: Kind = "alert") -> str:
    who = _spelled(who, locale)
    another = say("sms.another", locale)
    return _cheapest(
        _about("sms.acting", name, code, locale, kind, who=someone) for someone in (who, another)
    )


def compose_still_acting(name: str, code: str, locale: Locale, kind: Kind) -> str:
    """To a lead who has not been heard of for a while."""
    return _about("sms.still_acting", name, code, locale, kind)


def compose_nobody_acts(name: str, code: str, locale: Locale, kind: Kind) -> str:
    """The one who led has given up or fallen silent, and there is no other."""
    return _about("sms.nobody_acts", name, code, locale, kind)


def compose_which(
    codes: list[tuple[str, str]], locale: Locale, kind: Kind = "alert", answer: int = 1
) -> str:
    """Several alerts are open: the lines to answer with, as many as fit."""
    text = _marked(say("sms.which", locale), kind)
    for code, name in codes:
        line = f"{text}\n{answer} {code}"
        named = f"{line} {_spelled(name, locale)}".rstrip()
        fitting = [longer for longer in (named, line) if segments(longer).parts == 1]
        text = fitting[0] if fitting else text
    return text


def compose_you_lead(name: str, code: str, who: str, locale: Locale, kind: Kind) -> str:
    """To a contact who acts already, when the one who led does so no more."""
    who, another = _spelled(who, locale), say("sms.another", locale)
    return _cheapest(
        _about("sms.you_lead", name, code, locale, kind, who=someone) for someone in (who, another)
    )


def compose_thanks(
    locale: Locale, code: str, answer: int, lead: str = "", kind: Kind = "alert"
) -> str:
    """`lead`: who leads already, where that is somebody else."""
    if answer == 1 and lead:
        who, another = _spelled(lead, locale), say("sms.another", locale)
        return _cheapest(
            _marked(say("sms.thanks_with_lead", locale, code=code, who=someone), kind)
            for someone in (who, another)
        )
    key = "sms.thanks_acting" if answer == 1 else "sms.thanks_cannot"
    return _marked(say(key, locale, code=code), kind)


def compose_not_understood(locale: Locale, kind: Kind = "alert") -> str:
    return _marked(say("sms.not_understood", locale), kind)


def compose_no_alert_open(locale: Locale) -> str:
    """True of a contact whose alert has ended, and of anybody else."""
    return say("sms.no_alert_open", locale)


def compose_duty(
    office: str, code: str, since: datetime, locale: Locale, kind: Kind, *, board_stands: bool
) -> str:
    """To whoever is on duty: no person and no place, on a phone that others may read."""
    key = "sms.duty" if board_stands else "sms.duty_no_board"
    time = f"{since.astimezone(UTC):%H:%M} UTC"
    return _cheapest(
        _marked(say(key, locale, code=code, office=name, time=time), kind)
        for name in (_spelled(office, locale), say("sms.the_office", locale))
    )


def compose_office(code: str, text: str, locale: Locale, kind: Kind) -> str:
    """An officer's own words, as long as they are: whoever writes them sees them counted."""
    return _marked(say("sms.office", locale, code=code, text=_spelled(text, locale)), kind)


def compose_welfare(name: str, code: str, locale: Locale, kind: Kind) -> str:
    """Asks a contact to see how somebody is; the digits mean what they always mean."""
    return _about("sms.welfare", name, code, locale, kind)


def compose_invitation(name: str, office: str, locale: Locale) -> str:
    """Asks somebody to be a contact; the office's name goes where there is no room for it."""
    name, office = _spelled(name, locale), _spelled(office, locale)
    short = say("sms.invitation_short", locale, name=name)
    return _cheapest((say("sms.invitation", locale, name=name, office=office), short))


def compose_reminder(name: str, office: str, locale: Locale) -> str:
    """Asks once more, and for the last time."""
    name, office = _spelled(name, locale), _spelled(office, locale)
    short = say("sms.reminder_short", locale, name=name)
    return _cheapest((say("sms.reminder", locale, name=name, office=office), short))


def compose_invitation_answer(locale: Locale, agreed: bool) -> str:
    return say("sms.agreed" if agreed else "sms.declined", locale)


def _news(alert: AlertText, opening: str, at: datetime) -> str:
    """Without link and menu, which the first text has: who, what, when and where, in one part."""
    facts = _facts(alert, _marked(opening, alert.kind), at, Route(two_way=False, links=False))
    return _composed(facts)[0]


@dataclass(frozen=True, kw_only=True)
class _Facts:
    """All that might be said, in words; empty where it is not known or not allowed."""

    opening: str
    mark: str
    where: str
    accuracy: str
    source: str
    battery: str
    charge: str
    word: str
    named_word: str
    code: str
    name: str
    reply: str
    short_reply: str
    answer_here: str
    link: str


def _facts(alert: AlertText, opening: str, at: datetime, route: Route) -> _Facts:
    locale, position = alert.locale, alert.position
    percent = None if alert.battery is None else round(alert.battery * 100)
    word = _spelled(alert.code_word, locale)
    named_source = position is not None and position.source != "last_known"
    by_link_alone = route.links and not route.two_way
    return _Facts(
        opening=opening,
        mark=DRILL if alert.kind == "drill" else "",
        where=_where(alert, at),
        accuracy=_accuracy(position, locale),
        source=say(f"sms.source_{position.source}", locale) if position and named_source else "",
        battery="" if percent is None else say("sms.battery", locale, percent=percent),
        charge="" if percent is None else f"{percent}%",
        word=word,
        named_word=say("sms.word", locale, word=word) if word else "",
        code=alert.code,
        name=_name(alert),
        reply=say("sms.reply", locale) if route.two_way else "",
        short_reply=say("sms.reply_short", locale) if route.two_way else "",
        answer_here=say("sms.answer_here", locale) if by_link_alone else "",
        link=alert.link if route.links else "",
    )


def _composed(facts: _Facts) -> tuple[str, ...]:
    if is_gsm7(_sentences(facts, facts.source, facts.battery)):
        return _best(_one_text_or_two(facts), lambda texts: texts)
    return _two_texts(facts)


def _one_text_or_two(facts: _Facts) -> Iterator[tuple[str, ...]]:
    kept = [(facts.source, facts.battery), ("", facts.battery), ("", "")]
    for source, battery in kept:
        text = _sentences(facts, source, battery)
        yield (_lines(text, facts.answer_here, facts.link),)
    if facts.link:
        for source, battery in kept:
            charge = "" if battery else facts.charge
            second = _second(facts, facts.name, charge, hint=facts.answer_here)
            yield _sentences(facts, source, battery), second


def _sentences(facts: _Facts, source: str, battery: str) -> str:
    place = _words(facts.where, facts.accuracy, source)
    said = _words(facts.opening, f"{place}.", battery, facts.named_word, facts.code)
    return _lines(said, facts.reply)


def _two_texts(facts: _Facts) -> tuple[str, ...]:
    charge = "" if facts.link else facts.charge  # without a link there may be no second text
    word, accuracy, reply, short = facts.word, facts.accuracy, facts.reply, facts.short_reply
    tried = [
        (charge, word, accuracy, reply),
        ("", word, accuracy, reply),
        ("", "", accuracy, reply),
        ("", "", accuracy, short),
        ("", "", "", reply),
        ("", "", "", short),
    ]
    said = _best(tried, lambda parts: (_first(facts, *parts),))
    first = _first(facts, *said)
    left = _words(*(fact for fact in (accuracy, word) if fact not in said))
    if not facts.link and not left:
        return (first,)
    seconds = (
        _second(facts, facts.name, facts.charge, left, hint=facts.answer_here),
        _second(facts, facts.name, facts.charge, left),
        _second(facts, facts.name, left),
        _second(facts, left),
    )
    return first, _cheapest(seconds)


def _first(facts: _Facts, charge: str, word: str, accuracy: str, reply: str) -> str:
    said = _words(facts.opening, facts.where, accuracy, charge)
    return _lines(said, _words(reply, facts.code, word))


def _second(facts: _Facts, *said: str, hint: str = "") -> str:
    return _lines(_words(facts.mark, facts.code, *said), hint, facts.link)


def _where(alert: AlertText, at: datetime) -> str:
    position, (zone, zone_name) = alert.position, local_zone(alert.timezone)
    time = _words(f"{at.astimezone(zone):%H:%M}", zone_name)
    if position is None:
        return say("sms.nowhere", alert.locale, time=time)
    place = format_coordinates(position.lat, position.lon)
    if position.source != "last_known" and at - position.at <= STALE:
        return say("sms.at", alert.locale, time=time, place=place)
    then = _earlier(position.at.astimezone(zone), at.astimezone(zone))
    return say("sms.at_last_known", alert.locale, time=time, then=then, place=place)


def _accuracy(position: Position | None, locale: Locale) -> str:
    """Rounded up, so that a text never promises more than the phone did."""
    if position is None or position.accuracy_m is None:
        return ""
    metres = max(1, ceil(position.accuracy_m))
    if metres < 10_000:
        distance = say("sms.metres", locale, count=metres)
    else:
        distance = say("sms.kilometres", locale, count=ceil(metres / 1000))
    return say("sms.within", locale, distance=distance)


def _earlier(then: datetime, now: datetime) -> str:
    """The clock time, with the day where it was another."""
    return f"{then:%H:%M}" if then.date() == now.date() else f"{then:%Y-%m-%d %H:%M}"


def local_zone(name: str) -> tuple[tzinfo, str]:
    """A zone nobody knows becomes UTC, and says so: a wrong hour would mislead."""
    try:
        return ZoneInfo(name), ""
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return UTC, "UTC"


def _about(key: str, name: str, code: str, locale: Locale, kind: Kind, **values: object) -> str:
    """A follow-up on one incident; a name that does not fit leaves the code to speak for it."""
    both = _words(_spelled(name, locale), code)
    return _cheapest(
        _marked(say(key, locale, about=about, **values), kind) for about in (both, code)
    )


def _marked(text: str, kind: Kind) -> str:
    return text if kind == "alert" else f"{DRILL} {text}"


def _name(alert: AlertText) -> str:
    return _spelled(alert.name, alert.locale) or alert.code


def _spelled(text: str, locale: Locale) -> str:
    return in_gsm7(text) if locale in GSM7_LOCALES else clean(text)


def _cheapest(texts: Iterable[str]) -> str:
    return _best(texts, lambda text: (text,))


def _best(tried: Iterable[T], texts_of: Callable[[T], tuple[str, ...]]) -> T:
    """The first that costs least: in its longest text, then in all. Nothing is below one part."""
    costs: list[tuple[int, int, T]] = []
    for one in tried:
        parts = [segments(text).parts for text in texts_of(one)]
        if sum(parts) == 1:
            return one
        costs.append((max(parts), sum(parts), one))
    return min(costs, key=lambda cost: cost[:2])[2]


def _words(*words: str) -> str:
    return " ".join(word for word in words if word)


def _lines(*lines: str) -> str:
    return "\n".join(line for line in lines if line)
