"""Taps and shakes: the rhythm that raises, and everything near it that does not."""

from collections.abc import Iterable
from itertools import accumulate
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mobile.core.feel import READY
from mobile.core.triggers import (
    GRAVITY,
    SHAKES,
    STILL,
    STRONG,
    TAPS,
    TRIGGER_OF,
    Heard,
    Measure,
    ShakeRhythm,
    Source,
    TapRhythm,
)
from tests.accidents import motion, study
from tests.accidents.motion import Movement, Sample, samples

MEANT = (0.6, 0.6, 1.8, 0.6)


def tapped(*gaps: float, began: float = 100.0) -> list[Heard]:
    rhythm = TapRhythm()
    return [rhythm.tapped(at) for at in accumulate(gaps, initial=began)]


def shaken(
    gaps: Iterable[float], force: float | list[float] = 24.0, lasts: float = 0.25
) -> list[Heard]:
    times = list(accumulate(gaps, initial=100.0))
    forces = force if isinstance(force, list) else [force] * len(times)
    swings = (Movement(at, strong, lasts, 2) for at, strong in zip(times, forces, strict=True))
    return felt(samples(swings, Random(1)))


def felt(read: Iterable[Sample]) -> list[Heard]:
    rhythm = ShakeRhythm()
    heard = (rhythm.felt(at, 0.0, 0.0, GRAVITY + force) for at, force in read)
    return [one for one in heard if one is not Heard.NOTHING]


def test_three_taps_a_pause_and_two_more_raise_and_the_third_is_answered() -> None:
    nothing, armed, raised = Heard.NOTHING, Heard.ARMED, Heard.RAISE
    assert tapped(*MEANT) == [nothing, nothing, armed, nothing, raised]


def test_three_shakes_a_pause_and_two_more_raise() -> None:
    assert shaken(MEANT) == [Heard.ARMED, Heard.RAISE]


@pytest.mark.parametrize(
    "gaps",
    [
        (0.6, 0.6, 0.6, 0.6),
        (1.2, 1.2, 1.2, 1.2),
        (0.6, 0.6, 0.6, 1.8, 0.6),
        (0.1, 0.1, 1.8, 0.1),
        (0.3, 1.0, 1.8, 0.6),
        (0.6, 0.6, 0.9, 0.6),
        (0.6, 0.6, 3.4, 0.6),
        (0.6, 1.8, 0.6),
        (0.6, 0.6, 1.8),
    ],
    ids=str,
)
def test_whatever_is_near_it_raises_nothing(gaps: tuple[float, ...]) -> None:
    assert Heard.RAISE not in tapped(*gaps)
    assert Heard.RAISE not in shaken(gaps)


@given(st.floats(0.15, 5), st.integers(3, 60))
def test_an_even_beat_raises_nothing_however_long(gap: float, count: int) -> None:
    assert Heard.RAISE not in tapped(*[gap] * count)
    assert Heard.RAISE not in shaken([gap] * count)


@pytest.mark.parametrize("measure", [TAPS, SHAKES])
def test_no_gap_is_both_rhythm_and_pause(measure: Measure) -> None:
    assert measure.gap[1] < measure.pause[0]
    assert measure.pause[1] <= measure.quiet


def test_a_failed_try_costs_three_quiet_seconds() -> None:
    assert Heard.RAISE not in tapped(0.3, 0.1, 2.0, *MEANT)
    assert tapped(0.3, 0.1, 3.1, *MEANT)[-1] is Heard.RAISE


def test_who_goes_on_and_on_is_not_heard_until_it_is_quiet() -> None:
    endless = [0.2] * TAPS.most
    assert Heard.RAISE not in tapped(*endless, 3.1, *MEANT)
    assert tapped(*endless, 61.0, *MEANT)[-1] is Heard.RAISE


def test_a_trembling_finger_touches_twice_and_is_heard_once() -> None:
    gaps = [0.08, 0.52, 0.08, 0.52, 1.8, 0.08, 0.52]
    assert tapped(*gaps)[-1] is Heard.RAISE


def test_the_last_tap_is_not_the_first_of_the_next() -> None:
    assert tapped(*MEANT, *MEANT).count(Heard.RAISE) == 1


@pytest.mark.parametrize(
    ("force", "lasts"),
    [
        (STRONG - 1, 0.25),
        (24.0, 0.05),
        (24.0, 0.8),
        ([24.0, 24.0, 24.0, 24.0, 60.0], 0.25),
    ],
    ids=["weak", "blows", "wild", "one far stronger"],
)
def test_what_is_no_flick_of_a_hand_raises_nothing(force: float, lasts: float) -> None:
    assert Heard.RAISE not in shaken(MEANT, force, lasts)


def test_a_shake_too_many_spoils_it_and_so_does_a_hand_that_is_not_still() -> None:
    assert Heard.RAISE not in shaken((*MEANT, 0.6))
    times = list(accumulate(MEANT, initial=100.0))
    pause = Movement(times[3] - 0.4, STILL + 2, 0.2)
    moves = [*(Movement(at, 24.0, 0.25, 2) for at in times), pause]
    ordered = iter(sorted(moves, key=lambda move: move.at))
    assert Heard.RAISE not in felt(samples(ordered, Random(1)))


def test_the_phones_own_buzz_does_not_spoil_the_pause() -> None:
    times = list(accumulate(MEANT, initial=100.0))
    meant = samples((Movement(at, 24.0, 0.25, 2) for at in times), Random(1))
    lasts = sum(READY) / 1000
    buzz = [(times[2] + 0.5 + n / 50, STILL + 3) for n in range(int(lasts * 50))]
    assert felt(sorted([*meant, *buzz])) == [Heard.ARMED, Heard.RAISE]


@given(st.integers(0, 10**6))
def test_what_is_quieter_than_still_changes_nothing(seed: int) -> None:
    chance = Random(seed)
    read = list(samples(motion.child_playing(chance, 0.5), chance))
    quiet = [(chance.uniform(0, 30), chance.uniform(0, STILL * 0.99)) for _ in range(200)]
    everything = sorted([*read, *quiet])
    assert felt(everything).count(Heard.RAISE) == felt(read).count(Heard.RAISE)


def test_every_source_has_its_word_on_the_wire() -> None:
    assert set(TRIGGER_OF) == set(Source)


def test_the_same_seed_gives_the_same_days_and_the_controls_fire() -> None:
    found = study.accidents(6, seed=3)
    assert found == study.accidents(6, seed=3)
    assert found["naive_a_thousand_days"]["three_shakes"] > 1000
    assert found["raises"] == {"hold": 0, "taps": 0, "shake": 0}
