"""The calculator in front, and the keypad before what is private."""

from collections.abc import Callable
from pathlib import Path

import msgspec
import pytest

from mobile.core.calculator import shown
from mobile.core.disguise import CalculatorPresenter, CalculatorView, Flick
from mobile.core.door import Door
from mobile.core.private import Private, PrivateVault
from mobile.core.unlock import UnlockPresenter, UnlockView
from mobile.device.desktop import FileKey
from shared.crypto import Cost
from tests.mobile.pocket import CODE, DURESS, KNOWN, Pocket, at_once

G = 9.81


@pytest.fixture
def pocket(tmp_path: Path) -> Pocket:
    return Pocket(tmp_path)


class Full:
    """While it lasts, no file beside the vault can be written: a folder stands in its place."""

    def __init__(self, folder: Path) -> None:
        self._beside = folder / "private.new"

    def __enter__(self) -> None:
        self._beside.mkdir()

    def __exit__(self, *_: object) -> None:
        self._beside.rmdir()


def type_on(presenter: CalculatorPresenter, keys: str) -> None:
    for key in keys:
        if key == "=":
            presenter.on_equals_touch()
            presenter.on_equals_release()
        else:
            presenter.on_key(key)


def stay(pocket: Pocket, calculator: CalculatorPresenter, seconds: float) -> None:
    """Time turn by turn, as a finger that lies on a key has it."""
    for _ in range(round(seconds * 10)):
        pocket.ticks += 0.1
        calculator.on_tick()


def number(view: CalculatorView) -> str:
    return shown(view.sum)


def test_it_calculates_and_opens_on_the_code(pocket: Pocket) -> None:
    calculator = pocket.calculator()
    type_on(calculator, "12+30=")
    assert number(pocket.view) == "42"
    assert pocket.done == []
    type_on(calculator, f"{CODE}=")
    assert pocket.done == ["enter"]
    assert pocket.door.private == KNOWN


@pytest.mark.parametrize("keys", ["000000=", f"1+{CODE}=", f"{CODE}+1=", f"{CODE}.=", "5=", "="])
def test_anything_else_is_just_a_number(pocket: Pocket, keys: str) -> None:
    type_on(pocket.calculator(), keys)
    assert pocket.done == []
    assert not pocket.door.is_open


def test_a_correction_opens_it_too_only_when_typed_anew(pocket: Pocket) -> None:
    calculator = pocket.calculator()
    type_on(calculator, f"99C{CODE}=")
    assert pocket.done == ["enter"]


def test_a_wrong_code_looks_like_any_number_whatever_it_costs(pocket: Pocket) -> None:
    calculator = pocket.calculator()
    for code in ("111119", "222229", "333339", "444449"):
        type_on(calculator, f"C{code}=")
        assert number(pocket.view) == code
    assert pocket.door.wait() > 0
    type_on(calculator, f"C{CODE}=")
    assert pocket.done == []
    pocket.ticks += 301
    type_on(calculator, f"C{CODE}=")
    assert pocket.done == ["enter"]


def test_a_held_equals_calls_for_help_and_changes_nothing(pocket: Pocket) -> None:
    calculator = pocket.calculator()
    type_on(calculator, "12+30")
    before = len(pocket.shown)
    calculator.on_equals_touch()
    stay(pocket, calculator, 2)
    assert pocket.done == ["alert"]
    calculator.on_equals_release()
    assert pocket.done == ["alert"]
    assert len(pocket.shown) == before


def test_a_slow_frame_costs_no_hold_and_a_short_one_is_a_key(pocket: Pocket) -> None:
    calculator = pocket.calculator()
    for seconds, done in ((1.7, []), (1.9, ["alert"])):
        calculator.on_equals_touch()
        stay(pocket, calculator, 1.6)
        pocket.ticks += seconds - 1.6
        calculator.on_equals_release()
        assert pocket.done == done


def test_a_phone_without_a_place_calls_nobody(pocket: Pocket) -> None:
    calculator = pocket.calculator(token=b"")
    calculator.on_equals_touch()
    stay(pocket, calculator, 5)
    assert pocket.done == []


def test_it_comes_back_blank(pocket: Pocket) -> None:
    calculator = pocket.calculator()
    type_on(calculator, "12+30")
    calculator.on_open()
    assert number(pocket.view) == "0"
    type_on(calculator, "5=")
    assert number(pocket.view) == "5"


def test_a_door_shut_while_a_code_is_tried_stays_shut(tmp_path: Path) -> None:
    pocket = Pocket(tmp_path)
    later: list[Callable[[], None]] = []
    door = Door(
        pocket.private,
        ticks=lambda: pocket.ticks,
        aside=lambda work, done: later.append(lambda: done(work())),
    )
    door.enter(CODE, lambda is_open: pocket.done.append(str(is_open)))
    assert door.is_busy
    door.shut()
    later.pop()()
    assert (door.is_open, door.is_busy, pocket.done) == (False, False, [])


def test_codes_that_are_changed_while_another_is_tried_come_after_it(pocket: Pocket) -> None:
    later: list[Callable[[], None]] = []
    door = Door(
        pocket.private,
        ticks=lambda: pocket.ticks,
        aside=lambda work, done: later.append(lambda: done(work())),
    )
    door.enter(CODE, lambda is_open: pocket.done.append(f"open {is_open}"))
    door.set_codes("517283", "", lambda is_open: pocket.done.append(f"set {is_open}"))
    later.pop()()
    assert pocket.done == ["open True"]
    later.pop()()
    assert pocket.done == ["open True", "set True"]
    assert door.private == KNOWN


def test_behind_a_shut_door_no_codes_are_changed(pocket: Pocket) -> None:
    pocket.door.set_codes("517283", "", lambda is_open: pocket.done.append(f"set {is_open}"))
    assert pocket.done == ["set False"]
    pocket.door.enter(CODE, lambda _: None)
    assert pocket.door.private == KNOWN


def test_what_is_saved_is_there_the_next_time(pocket: Pocket, tmp_path: Path) -> None:
    pocket.door.enter(CODE, lambda _: None)
    pocket.door.save(msgspec.structs.replace(KNOWN, lesson=frozenset({"hold"})))
    pocket.door.shut()
    assert pocket.door.private == Private()
    again = Pocket(tmp_path)
    again.door.enter(CODE, lambda _: None)
    assert again.door.private.lesson == {"hold"}


def test_a_disk_that_takes_nothing_jams_no_door(pocket: Pocket) -> None:
    pocket.door.enter(CODE, lambda _: None)
    with Full(pocket.folder):
        pocket.door.save(msgspec.structs.replace(KNOWN, lesson=frozenset({"hold"})))
        assert pocket.door.private.lesson == {"hold"}
        pocket.door.shut()
        pocket.door.enter(CODE, lambda is_open: pocket.done.append(f"full {is_open}"))
    pocket.door.enter(CODE, lambda is_open: pocket.done.append(f"mended {is_open}"))
    assert pocket.done == ["full False", "mended True"]
    assert pocket.door.private == KNOWN


def test_what_was_wiped_is_not_saved_again(pocket: Pocket) -> None:
    pocket.door.enter(CODE, lambda _: None)
    pocket.private.wipe()
    pocket.door.save(KNOWN)
    assert not pocket.door.is_open


def test_codes_are_changed_together(pocket: Pocket) -> None:
    pocket.door.enter(CODE, lambda _: None)
    pocket.door.set_codes("517283", "", lambda _: None)
    pocket.door.shut()
    pocket.door.enter(CODE, lambda is_open: pocket.done.append(f"old {is_open}"))
    pocket.door.enter("517283", lambda is_open: pocket.done.append(f"new {is_open}"))
    assert pocket.done == ["old False", "new True"]
    assert pocket.door.private == KNOWN


def test_a_new_phone_needs_no_code_and_makes_its_vault(tmp_path: Path) -> None:
    key = FileKey(tmp_path / "key")
    vault = PrivateVault(tmp_path / "private", key, cost=Cost(1, 8192))
    door = Door(vault, ticks=lambda: 5.0, aside=at_once)
    door.enter(CODE, lambda _: None)
    assert not vault.exists
    door.enter("", lambda _: None)
    assert door.is_open
    assert vault.exists


def enter(keypad: UnlockPresenter, code: str) -> None:
    for digit in code:
        keypad.on_digit(digit)
    keypad.on_send()


def test_the_keypad_opens_and_says_what_was_wrong_and_rests(pocket: Pocket) -> None:
    keypad = pocket.keypad()
    enter(keypad, "111119")
    assert pocket.view.note.key == "disguise.unlock.wrong"
    enter(keypad, "222229")
    enter(keypad, "333339")
    assert pocket.view == UnlockView(typed=0, note=pocket.view.note, can_type=False, can_send=False)
    assert pocket.view.note.key == "disguise.unlock.rests"
    pocket.ticks += 6
    keypad.on_tick()
    assert pocket.view.can_type
    enter(keypad, CODE)
    assert pocket.done == ["enter"]


def test_whoever_goes_back_while_a_code_is_tried_stays_where_they_went(pocket: Pocket) -> None:
    later: list[Callable[[], None]] = []
    pocket.door = Door(
        pocket.private,
        ticks=lambda: pocket.ticks,
        aside=lambda work, done: later.append(lambda: done(work())),
    )
    keypad = pocket.keypad()
    enter(keypad, CODE)
    keypad.on_back()
    later.pop()()
    assert pocket.done == ["leave"]
    assert not pocket.door.is_open
    keypad.on_open()
    enter(keypad, CODE)
    later.pop()()
    assert pocket.done == ["leave", "enter"]


def test_the_rest_outlives_a_restart(pocket: Pocket, tmp_path: Path) -> None:
    keypad = pocket.keypad()
    for code in ("111119", "222229", "333339"):
        enter(keypad, code)
    again = Pocket(tmp_path, ticks=pocket.ticks + 1)
    assert not again.keypad()._said().can_type
    assert again.door.wait() == pytest.approx(4)


def test_both_codes_open_and_look_alike(tmp_path: Path) -> None:
    views = []
    for name, code in (("a", CODE), ("b", DURESS)):
        pocket = Pocket(tmp_path / name)
        enter(pocket.keypad(), code)
        views.append((pocket.shown, pocket.done))
    assert views[0] == views[1]


def test_two_flicks_close_it_and_walking_does_not() -> None:
    flick = Flick()
    assert not flick.felt(1.0, 25, 0, G)
    assert not flick.felt(1.02, 25, 0, G), "the same flick, a sample later"
    assert flick.felt(1.3, -25, 0, G)
    slow = Flick()
    assert not any(slow.felt(at, 25, 0, G) for at in (1.0, 1.7, 2.4))
    walking = Flick()
    assert not any(walking.felt(step / 50, 3, 4, G + 6) for step in range(500))
