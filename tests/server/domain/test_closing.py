"""How an incident ends: whose word it takes, and what makes a proposal old."""

import re
from datetime import UTC, datetime, timedelta
from itertools import product

import pytest

from server.domain.closing import (
    MOVES,
    Ending,
    How,
    Move,
    Then,
    Whose,
    fit,
    stands,
    takes_two,
    then,
    whose,
)
from server.domain.errors import NotAllowed, Unfit
from server.domain.incident import Outcome
from tests.house.test_docs import PROTOCOL, section

NOON = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)


@pytest.mark.parametrize(("two", "proposal", "move"), list(product((False, True), Whose, Move)))
def test_every_other_move_is_refused_with_a_reason(two: bool, proposal: Whose, move: Move) -> None:
    if (two, proposal, move) in MOVES:
        assert then(two, proposal, move) is MOVES[two, proposal, move]
        return
    with pytest.raises(NotAllowed) as refused:
        then(two, proposal, move)
    assert refused.value.mend


def test_the_table_in_the_protocol_is_the_rules() -> None:
    does = {"closes": Then.CLOSES, "proposes": Then.PROPOSES, "proposes anew": Then.PROPOSES}
    does |= {"takes it back": Then.WITHDRAWS, "refuses": Then.REFUSES}
    where = {
        "one person closes, nothing is proposed": (False, Whose.NOBODYS),
        "it takes two, nothing is proposed": (True, Whose.NOBODYS),
        "it takes two, one's own proposal stands": (True, Whose.OWN),
        "it takes two, a colleague's proposal stands": (True, Whose.COLLEAGUES),
    }
    table = re.findall(
        r"(?m)^\| (.+) \| (.+) \| (.+) \| (.+) \|$", section(PROTOCOL, "### The end")
    )
    said = {words: cells for *cells, words in table if words in where}
    assert said.keys() == where.keys()
    for words, cells in said.items():
        two, proposal = where[words]
        rules = [MOVES.get((two, proposal, move)) for move in Move]
        assert [does.get(cell) for cell in cells] == rules


def test_where_it_takes_two_no_single_person_closes() -> None:
    alone = (Whose.NOBODYS, Whose.OWN)
    closing = {key for key, does in MOVES.items() if does is Then.CLOSES}
    assert not {key for key in closing if key[0] and key[1] in alone}


def test_a_drill_never_takes_two() -> None:
    assert takes_two(True, "alert")
    assert not takes_two(True, "drill")
    assert not takes_two(False, "alert")


def test_a_proposal_stands_until_something_happens() -> None:
    later, earlier = NOON + timedelta(seconds=1), NOON - timedelta(seconds=1)
    assert stands(NOON)
    assert stands(NOON, None, earlier, NOON)
    assert not stands(NOON, None, later)
    assert not stands(None)


def test_whose_it_is() -> None:
    assert [whose(by, "noor") for by in (None, "noor", "sam")] == list(Whose)


@pytest.mark.parametrize("outcome", Outcome)
def test_only_who_is_safe_was_confirmed_to_be(outcome: Outcome) -> None:
    ending = Ending(outcome, How.IN_PERSON)
    if outcome is Outcome.SAFE:
        assert fit(ending) is ending
        return
    with pytest.raises(Unfit):
        fit(ending)
