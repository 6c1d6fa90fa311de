"""Replays invented days and invented people to the triggers themselves, and counts."""

from collections import Counter
from collections.abc import Iterable, Iterator
from random import Random
from typing import Any

from mobile.core.hold import HOLD_S, LONGEST_S, SHORTEST_S, Practice, Touches, calibrated
from mobile.core.press import Hold
from mobile.core.triggers import GRAVITY, STRONG, Heard, ShakeRhythm, TapRhythm
from tests.accidents import fingers, motion, people
from tests.accidents.fingers import Move
from tests.accidents.motion import Sample
from tests.accidents.people import Person, someone

TRIES = 3
HASTY_HOLD_S = 0.5  # the control: what a button without a second thought would take


def accidents(days: int, seed: int) -> dict[str, Any]:
    """How often each trigger fires though nobody meant it, beside triggers as others had them."""
    counted: Counter[str] = Counter()
    for number in range(days):
        counted.update(_day(Random(f"{seed}/day/{number}")))
    ours, naive = ("hold", "taps", "shake"), ("hasty_hold", "three_taps", "three_shakes")
    return {
        "phone_days": days,
        "raises": {name: counted[name] for name in ours},
        "a_thousand_days": {name: _rate(counted[name], days) for name in ours},
        "at_most": {name: _rate(_bound(counted[name]), days) for name in ours},
        "shortest_hold_a_thousand_days": _rate(counted["shortest_hold"], days),
        "armed_and_let_pass": {name: counted[f"{name}_armed"] for name in ("taps", "shake")},
        "shake_raises_while": {
            habit.moves.__name__: counted[habit.moves.__name__] for habit in motion.HABITS
        },
        "naive_a_thousand_days": {
            name: _rate(counted[name], days) for name in (*naive, "screen_switching")
        },
    }


def deliberate(persons: int, seed: int) -> dict[str, Any]:
    """How often people who mean it succeed, at once and within three tries."""
    counted: Counter[str] = Counter()
    for number in range(persons):
        chance = Random(f"{seed}/person/{number}")
        person = someone(chance)
        counted.update(_tries(person, chance))
    strong = counted.pop("strong") or 1
    strong_at_once = counted.pop("shake_at_once_strong")
    return {
        "people": persons,
        "succeed": {name: round(count / persons, 3) for name, count in sorted(counted.items())},
        "shake_at_once_of_the_strong": round(strong_at_once / strong, 3),
    }


def _day(chance: Random) -> Iterator[str]:
    """The name of everything that fires."""
    for name, samples in motion.day(chance).items():
        for found in _shaken(samples):
            yield found
            if found == "shake":
                yield name
    yield from _tapped(fingers.taps_of_a_day(chance))
    for habit in fingers.HABITS:
        if chance.random() < habit.share:
            moves = fingers.moves(habit.touches(chance), chance)
            yield from ["hold"] * held(moves, HOLD_S)
            yield from ["shortest_hold"] * held(moves, SHORTEST_S)
            yield from ["hasty_hold"] * held(moves, HASTY_HOLD_S)
    yield from ["screen_switching"] * switched(fingers.screen_of_a_day(chance))


def _shaken(samples: Iterable[Sample]) -> Iterator[str]:
    rhythm, strong = ShakeRhythm(), [float("-inf")] * 3
    for at, force in samples:
        heard = rhythm.felt(at, 0.0, 0.0, GRAVITY + force)
        if heard is not Heard.NOTHING:
            yield "shake" if heard is Heard.RAISE else "shake_armed"
        if force >= STRONG and at - strong[-1] > 0.2:
            strong = [*strong[1:], at]
            if at - strong[0] < 2:
                yield "three_shakes"
                strong = [float("-inf")] * 3


def _tapped(taps: Iterable[float]) -> Iterator[str]:
    rhythm, last = TapRhythm(), [float("-inf")] * 3
    for at in taps:
        heard = rhythm.tapped(at)
        if heard is not Heard.NOTHING:
            yield "taps" if heard is Heard.RAISE else "taps_armed"
        last = [*last[1:], at]
        if at - last[0] < 2:
            yield "three_taps"
            last = [float("-inf")] * 3


def held(moves: Iterable[Move], takes: float) -> int:
    """How often the button is held for long enough, by the app's own rules."""
    touches, hold, count = Touches(), None, 0
    for at, kind, touch, distance in moves:
        if hold and hold.is_full(at):
            count, hold = count + 1, None
        was_held = touches.is_held
        if kind == "down":
            is_on = touches.down(touch, distance)
            if is_on and hold and touches.fingers > 1 and takes >= SHORTEST_S:
                hold = Hold(hold.began, LONGEST_S)
        elif kind == "moved":
            touches.moved(touch, distance)
        else:
            touches.up(touch)
        if touches.is_held != was_held:
            hold = Hold(at, takes) if touches.is_held else None
    return count


def switched(toggles: Iterable[float]) -> int:
    """The oldest of such triggers: four times on or off in eight seconds, and once more."""
    count, times, shakes_until = 0, [], None
    for at in toggles:
        if shakes_until is not None:
            if at < shakes_until:
                continue
            count += at < shakes_until + 3
            shakes_until, times = None, []
            continue
        times = [*(time for time in times if at - time < 8), at]
        if len(times) == 4:
            shakes_until = at + 2
    return count


def _tries(person: Person, chance: Random) -> Iterator[str]:
    shaken = [
        any(name == "shake" for name in _shaken(people.shakes(person, chance)))
        for _ in range(TRIES)
    ]
    tapped = [
        any(name == "taps" for name in _tapped(people.taps(person, chance))) for _ in range(TRIES)
    ]
    for name, tries in (("shake", shaken), ("taps", tapped)):
        yield from [f"{name}_at_once"] * tries[0]
        yield from [f"{name}_in_three_tries"] * any(tries)
    if person.force > STRONG * 1.4:
        yield "strong"
        yield from ["shake_at_once_strong"] * shaken[0]
    usual = [Practice(person.hold(chance)) for _ in range(TRIES)]
    blind = person.hold(chance) * chance.uniform(0.85, 1.1)
    yield from ["hold_blind_calibrated"] * (blind >= calibrated(usual))
    yield from ["hold_blind_of_1.8_s"] * (blind >= HOLD_S)


def _rate(count: float, days: int) -> float:
    return round(count * 1000 / days, 2)


def _bound(count: int) -> float:
    """The most that so few may stand for, at 95 %: three where nothing was seen."""
    return (0.5 * (1.645 + (4 * count + 3) ** 0.5)) ** 2 if count else 3.0
