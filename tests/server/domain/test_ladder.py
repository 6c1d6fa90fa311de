"""The ladders' rules: who is called, which ring follows, when a duty phone rings."""

from datetime import UTC, datetime, timedelta

import pytest

from server.domain import ladder as rules
from server.domain.ladder import Ladder, Side, Step, Timer, Told

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
LADDER = Ladder()


def told(ring: int, place: int = 1, **more: object) -> Told:
    facts = {"answer": None, "texted": True, "tried": True} | more
    return Told(f"r{ring}-{place}", ring, place, **facts)  # type: ignore[arg-type]


def seconds(number: float) -> timedelta:
    return timedelta(seconds=number)


def test_the_second_call_comes_within_three_minutes_of_the_first():
    assert LADDER.call_again_s <= rules.LONGEST_CALL_AGAIN < 180


def test_a_ring_waits_for_receipts_and_for_an_answer():
    waits = {timer.step: timer.due_at for timer in rules.after_texting(LADDER, 1, NOON)}
    assert waits == {Step.DELIVERED: NOON + seconds(30), Step.ANSWERED: NOON + seconds(90)}
    assert rules.calling_again(Ladder(calls=False), 1, NOON) == []


@pytest.mark.parametrize(
    "spared",
    [
        told(1, answer="acting"),
        told(1, answer="cannot"),
        told(1, ringing=True),
        told(1, opted_out=True),
        told(1, texted=False, tried=False),
        told(2),
    ],
)
def test_who_is_not_called(spared):
    silent = told(1, 2)
    assert rules.silent([spared, silent], 1) == [silent]


@pytest.mark.parametrize(
    "reached", [told(1, delivered=True), told(1, calls=1), told(1, tried=False)]
)
def test_a_text_that_arrived_or_was_never_offered_is_no_reason_to_call(reached):
    missing = told(1, 2)
    assert rules.unreached([reached, missing], 1) == [missing]


def test_the_next_ring_is_told_once_and_never_skipped():
    first, second, third = told(1), told(2, texted=False), told(3, texted=False)
    assert rules.next_ring([first, second, third], 1) == 2
    assert rules.next_ring([first, told(2), third], 1) is None
    assert rules.next_ring([first, told(2), third], 2) == 3
    assert rules.next_ring([first], 1) is None


def test_a_board_that_stood_within_the_wait_gives_staff_that_wait():
    lately, long_ago = NOON - seconds(59), NOON - seconds(61)
    page = rules.first_page
    assert page(LADDER, NOON, lately, NOON, contacts=True) == NOON + seconds(60)
    assert page(LADDER, NOON, lately, NOON, contacts=False) == NOON
    assert page(LADDER, NOON, long_ago, NOON, contacts=True) == NOON
    assert page(LADDER, NOON, None, NOON, contacts=True) == NOON


def test_the_rota_goes_round_with_longer_pauses_and_does_not_end():
    pauses = []
    for turn in range(16):
        timer = rules.page_after(LADDER, turn, 2, NOON)
        assert timer.due_at is not None
        assert (timer.side, timer.step, timer.number) == (Side.OFFICE, Step.PAGE, turn + 1)
        pauses.append((timer.due_at - NOON).total_seconds() / 60)
    assert pauses[::2] == [1] * 8
    assert pauses[1::2] == [5, 5, 10, 20, 40, 60, 60, 60]


def test_where_nobody_is_on_duty_the_same_turn_comes_again():
    again = Timer(Side.OFFICE, Step.PAGE, 4, NOON + rules.BETWEEN_ROUNDS)
    assert rules.page_later(4, NOON) == again


def sign(step: Step, asked: int, minutes_ago: float | None) -> Timer | None:
    seen_at = None if minutes_ago is None else NOON - timedelta(minutes=minutes_ago)
    return rules.next_sign(LADDER, Timer(Side.LEAD, step, asked, NOON), seen_at, NOON)


def test_a_lead_who_was_there_lately_is_waited_for_and_another_is_not():
    after = Timer(Side.LEAD, Step.SIGN, 0, NOON + timedelta(minutes=15))
    assert sign(Step.SIGN, 0, 5) == after
    assert sign(Step.SIGN, 0, 20) is None
    assert sign(Step.SIGN, 0, None) is None


def test_only_a_sign_after_the_question_answers_it_and_doubles_the_wait():
    after = Timer(Side.LEAD, Step.SIGN, 1, NOON + timedelta(minutes=31))
    assert sign(Step.ASKED, 0, 9) == after
    assert sign(Step.ASKED, 0, 10) is None


def test_an_answer_counts_though_the_server_was_gone_when_it_was_due():
    asked = Timer(Side.LEAD, Step.ASKED, 0, NOON - timedelta(minutes=60))
    answered = NOON - timedelta(minutes=65)
    assert rules.next_sign(LADDER, asked, answered, NOON) is not None
    assert rules.next_sign(LADDER, asked, NOON - timedelta(minutes=71), NOON) is None


def test_an_officer_is_there_while_a_board_is_and_ever_less_often_looked_for():
    timer = Timer(Side.LEAD, Step.SIGN, 1, NOON)
    late, lately = NOON - timedelta(minutes=40), NOON - timedelta(minutes=39)
    assert rules.next_board(LADDER, timer, None, NOON) is None
    assert rules.next_board(LADDER, timer, late, NOON) is None
    following = Timer(Side.LEAD, Step.SIGN, 2, lately + timedelta(minutes=80))
    assert rules.next_board(LADDER, timer, lately, NOON) == following


def test_the_waits_of_a_lead_end_to_double():
    waits = [rules.lead_wait(LADDER, asked) / seconds(60) for asked in range(7)]
    assert waits == [20, 40, 80, 160, 320, 320, 320]


def test_after_an_outage_the_next_wait_counts_from_now():
    assert rules.counts_from(NOON, NOON + seconds(2)) == NOON
    assert rules.counts_from(NOON, NOON + seconds(600)) == NOON + seconds(600)


def test_only_a_clock_that_was_set_back_moves_the_timers():
    assert rules.set_back(NOON, NOON - seconds(3600)) == seconds(3600)
    for drift in (2, 0, -3600):
        assert not rules.set_back(NOON, NOON - seconds(drift))
