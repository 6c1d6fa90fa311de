"""An incident's states, the steps between them, and the press table."""

from datetime import UTC, datetime, timedelta
from itertools import product

import pytest

from server.domain import incident as rules
from server.domain.errors import NotAllowed
from server.domain.incident import TRANSITIONS, OnPress, State, Step

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)
STOPPED = (State.CANCELLED, State.CLAIMED_SAFE)


@pytest.mark.parametrize(("state", "step"), TRANSITIONS)
def test_a_step_in_the_table_leads_where_the_table_says(state: State, step: Step) -> None:
    assert rules.after(state, step) is TRANSITIONS[state, step]


@pytest.mark.parametrize(("state", "step"), sorted(set(product(State, Step)) - set(TRANSITIONS)))
def test_every_other_step_is_refused_and_says_why(state: State, step: Step) -> None:
    with pytest.raises(NotAllowed) as refused:
        rules.after(state, step)
    assert state in refused.value.detail


def test_every_state_but_the_first_can_be_reached_and_left() -> None:
    assert {to for to in TRANSITIONS.values()} == set(State) - {State.PENDING}
    assert {state for state, _ in TRANSITIONS} == set(State)


def test_only_the_office_ends_or_reopens() -> None:
    assert {step for (_, step), to in TRANSITIONS.items() if to is State.CLOSED} == {Step.CLOSE}
    assert [step for (state, step) in TRANSITIONS if state is State.CLOSED] == [Step.REOPEN]


# The press table of the protocol, row by row: what an alert does, what a drill does.
PRESS_TABLE = {
    (None, None): ("opens", "opens"),
    (State.PENDING, "alert"): ("joins_countdown", "refused"),
    (State.OPEN, "alert"): ("joins", "refused"),
    (State.ACKNOWLEDGED, "alert"): ("joins", "refused"),
    (State.CLAIMED_SAFE, "alert"): ("opens", "refused"),
    (State.CANCELLED, "alert"): ("opens", "refused"),
    (State.CLOSED, "alert"): ("opens", "opens"),
    (State.PENDING, "drill"): ("ends_drill", "joins_countdown"),
    (State.OPEN, "drill"): ("ends_drill", "joins"),
    (State.ACKNOWLEDGED, "drill"): ("ends_drill", "joins"),
    (State.CLAIMED_SAFE, "drill"): ("opens", "refused"),
    (State.CANCELLED, "drill"): ("opens", "refused"),
    (State.CLOSED, "drill"): ("opens", "opens"),
}


@pytest.mark.parametrize(
    ("latest", "latest_kind"), [(None, None), *product(State, ["alert", "drill"])]
)
def test_a_press_does_what_the_table_says(latest: State | None, latest_kind: str | None) -> None:
    alert, drill = PRESS_TABLE[latest, latest_kind]
    assert rules.on_press("alert", latest, latest_kind) == alert
    assert rules.on_press("drill", latest, latest_kind) == drill


@pytest.mark.parametrize(
    ("latest", "latest_kind"), [(None, None), *product(State, ["alert", "drill"])]
)
def test_an_alert_is_never_refused(latest: State | None, latest_kind: str | None) -> None:
    assert rules.on_press("alert", latest, latest_kind) is not OnPress.REFUSED


def test_staff_are_asked_until_they_take_it_or_it_is_over() -> None:
    asked = {
        (state, duress)
        for state, duress in product(State, [False, True])
        if rules.needs_staff(state, False, duress)
    }
    everything = set(product(State, [False, True]))
    assert everything - asked == {
        (State.CLOSED, False),
        (State.CLOSED, True),
        (State.CANCELLED, False),
    }
    assert not any(rules.needs_staff(state, True, duress) for state, duress in everything)


def test_a_text_about_another_press_waits_ten_minutes() -> None:
    assert rules.may_text_again(None, NOON)
    assert not rules.may_text_again(NOON, NOON + timedelta(minutes=10, microseconds=-1))
    assert rules.may_text_again(NOON, NOON + timedelta(minutes=10))


@pytest.mark.parametrize(
    ("stopped", "known"), [(None, False), (timedelta(seconds=-1), False), (timedelta(0), True)]
)
def test_contacts_know_of_a_stop_only_after_release(stopped: timedelta | None, known: bool) -> None:
    stopped_at = None if stopped is None else NOON + stopped
    assert rules.is_stop_known_to_contacts(stopped_at, NOON) is known


def test_a_code_is_new_and_reads_well_on_a_bad_line() -> None:
    letters = iter("K7PK7PQ2X")
    assert rules.new_code(lambda signs: next(letters), {"K7P"}) == "Q2X"
    assert not set(rules.CODE_LETTERS) & set("AEIOUY")
    assert not set(rules.CODE_DIGITS) & set("01")
