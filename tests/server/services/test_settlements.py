"""Outcomes in any order with receipts: a text is settled once, and never sent again needlessly."""

from itertools import permutations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select

from server.carriers import Outcome, Refused, Sent, Unknown
from server.db import Transaction
from server.domain.delivery import CARRIER_STATES, RANK, State
from server.services import deliveries, rows, settlements
from server.tables import Attempt, Delivery, Receipt
from tests.support.world import World

_delivery, _attempt = rows.table(Delivery), rows.table(Attempt)
_receipt = rows.table(Receipt)


def claimed(world: World, language: str = "en") -> str:
    """A first text that is on its way: the id of its attempt."""
    ana = world.activist(contacts=["Ben"], languages=[language])  # type: ignore[list-item]
    ana.phone.caller.ask("POST", "/v1/alerts", ana.phone.press_body()).ok()
    now = world.clock.now()
    (one,) = world.database.write(lambda tx: deliveries.claim_due(tx, "boot", 10, now))
    return one.attempt_id


def settle(world: World, attempt: str, outcome: Outcome, more: bool = False) -> None:
    now = world.clock.now()
    world.database.write(
        lambda tx: settlements.settle(tx, world.vault, attempt, outcome, now, more)
    )


def receive(world: World, attempt: str, status: str) -> None:
    now = world.clock.now()
    world.database.write(
        lambda tx: settlements.receive(tx, world.vault, attempt, status, None, now)
    )


def state_of(world: World, attempt: str) -> str:
    query = (
        select(_delivery.c.state)
        .join(_attempt, _attempt.c.delivery_id == _delivery.c.id)
        .where(_attempt.c.id == attempt)
    )
    with world.database.read() as tx:
        return str(tx.execute(query).scalar_one())


def waiting(tx: Transaction, kind: str) -> int:
    query = select(func.count()).where(_delivery.c.kind == kind, _delivery.c.state == "queued")
    return int(tx.execute(query).scalar_one())


@given(
    st.lists(st.sampled_from(sorted(CARRIER_STATES)), max_size=6),
    st.sampled_from([Sent("SM1"), Unknown("time-out")]),
    st.integers(0, 6),
)
@settings(max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_the_furthest_news_wins_wherever_the_answer_falls(
    world: World, statuses: list[str], outcome: Outcome, at: int
) -> None:
    attempt = claimed(world)
    for number in range(max(len(statuses), at) + 1):
        if number == at:
            settle(world, attempt, outcome)
        if number < len(statuses):
            receive(world, attempt, statuses[number])
    known = [CARRIER_STATES[status] for status in statuses]
    known.append(State.SENT if isinstance(outcome, Sent) else State.UNKNOWN)
    furthest = max(known, key=RANK.__getitem__)
    assert state_of(world, attempt) == furthest
    with world.database.read() as tx:
        kept = tx.execute(select(func.count()).where(_receipt.c.attempt_id == attempt)).scalar()
    assert kept == len(statuses), "every receipt is kept as it came"


@pytest.mark.parametrize("order", list(permutations(["answer", "sent", "delivered"])))
def test_the_second_text_is_queued_once_whatever_comes_first(
    world: World, order: tuple[str, ...]
) -> None:
    attempt = claimed(world, "ar")
    for news in order:
        if news == "answer":
            settle(world, attempt, Sent("SM1"), more=True)
        else:
            receive(world, attempt, news)
    with world.database.read() as tx:
        assert waiting(tx, "more") == 1
    world.forward(seconds=3)
    world.carrier.read_all()


def test_a_refusal_of_a_text_that_is_known_to_be_out_changes_nothing(world: World) -> None:
    attempt = claimed(world)
    receive(world, attempt, "delivered")
    settle(world, attempt, Refused(20429, 429))
    assert state_of(world, attempt) == "delivered"


def test_a_late_outcome_of_an_attempt_that_was_given_up_changes_only_itself(world: World) -> None:
    attempt = claimed(world)
    now = world.clock.now()

    def try_again(tx: Transaction) -> str:
        settlements.requeue(tx, attempt, now)
        (again,) = deliveries.claim_due(tx, "boot", 10, world.clock.now())
        return again.attempt_id

    second = world.database.write(try_again)
    settle(world, attempt, Refused(21211, 400))
    assert state_of(world, attempt) == "sending"
    settle(world, second, Sent("SM2"))
    assert state_of(world, attempt) == "sent"
    with world.database.read() as tx:
        outcomes = tx.execute(select(_attempt.c.outcome).order_by(_attempt.c.started_at)).scalars()
        assert list(outcomes) == ["refused", "sent"]


def test_an_attempt_nobody_knows_is_no_news(world: World) -> None:
    settle(world, "nobody's", Sent("SM1"))
    now = world.clock.now()
    assert not world.database.write(
        lambda tx: settlements.receive(tx, world.vault, "nobody's", "sent", None, now)
    )
