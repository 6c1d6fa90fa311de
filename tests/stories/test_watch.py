"""Whatever stands still is found within a look, shown, paged once, and said to be mended."""

from datetime import datetime, timedelta

import pytest

from server.carriers.account import Unreachable
from server.domain.watch import Condition
from server.services import deliveries
from tests.support.people import Activist, Contact
from tests.support.world import World

OPERATOR = "+12025550142"


def press_unseen(ana: Activist, **press: float) -> None:
    """A press that is stored while the jobs stand still."""
    body = ana.phone.press_body(**press)
    assert ana.phone.caller.ask("POST", "/v1/alerts", body).status == 201


def press_of(world: World, name: str) -> tuple[Contact, ...]:
    ana = world.activist(name)
    press_unseen(ana)
    return ana.contacts


def claim_one(world: World) -> None:
    now = world.clock.now()
    claimed = world.database.write(lambda tx: deliveries.claim_due(tx, "another relay", 1, now))
    assert len(claimed) == 1


def wait(world: World, **span: float) -> None:
    """Time goes by, and no job turns."""
    world.clock.forward_to(world.clock.now() + timedelta(**span))


def readiness(world: World) -> tuple[int, list[str]]:
    answer = world.caller.ask("GET", "/readyz")
    return answer.status, answer.json.get("conditions", [])


def metric(world: World, name: str) -> float | None:
    lines = world.caller.ask("GET", "/metrics").body.decode().splitlines()
    found = [line.split(" ")[-1] for line in lines if line.split(" ")[0] == name]
    return float(found[0]) if found else None


@pytest.mark.everywhere
def test_while_all_is_well_nobody_is_paged(world: World) -> None:
    ana = world.activist()
    watching = world.watched()
    ana.phone.press()
    world.carrier.expect(ana.contacts[0])
    world.forward(minutes=1)
    assert watching.look() == set()
    assert watching.operator.heard() == []
    assert readiness(world) == (200, [])
    assert world.staff().caller.ask("GET", "/v1/watch").ok()["conditions"] == []


@pytest.mark.everywhere
def test_a_first_text_that_nobody_claims(world: World) -> None:
    ana = world.activist()
    watching = world.watched()
    press_unseen(ana)
    wait(world, seconds=25)
    assert watching.look() == set()
    wait(world, seconds=6)
    assert watching.look() == {Condition.TEXTS_STUCK}
    assert watching.operator.heard() == ["texts_stuck"]
    assert readiness(world) == (503, ["texts_stuck"])
    assert world.staff().caller.ask("GET", "/v1/watch").ok()["conditions"] == ["texts_stuck"]
    assert metric(world, 'candlewire_condition{condition="texts_stuck"}') == 1
    world.work()
    world.carrier.expect(ana.contacts[0])
    assert watching.look() == set()
    assert watching.operator.heard() == ["mended: texts_stuck"]
    assert metric(world, 'candlewire_condition{condition="texts_stuck"}') == 0


def test_a_drill_may_wait(world: World) -> None:
    ana = world.activist()
    watching = world.watched()
    body = ana.phone.press_body(drill=True)
    assert ana.phone.caller.ask("POST", "/v1/alerts", body).status == 201
    wait(world, minutes=5)
    assert watching.look() == set()
    world.work()
    world.carrier.expect(ana.contacts[0], "DRILL")


def test_in_a_burst_a_text_may_wait_for_its_turn_but_not_for_ever(world: World) -> None:
    """Another relay claims one text a minute."""
    contacts = [one for name in ("Ana", "Mia", "Zoe") for one in press_of(world, name)]
    watching = world.watched()
    wait(world, minutes=1)
    claim_one(world)
    assert watching.look() == set()
    wait(world, minutes=4, seconds=5)
    claim_one(world)
    assert Condition.TEXTS_STUCK in watching.look()
    world.work()
    for one in contacts:
        world.carrier.expect(one)


@pytest.mark.everywhere
def test_a_countdown_that_nobody_ends(world: World) -> None:
    ana = world.activist()
    watching = world.watched()
    press_unseen(ana, countdown=10)
    wait(world, seconds=35)
    assert watching.look() == set()
    wait(world, seconds=6)
    assert Condition.RELEASES_STUCK in watching.look()
    world.work()
    world.carrier.expect(ana.contacts[0])
    assert watching.look() == set()


@pytest.mark.everywhere
def test_a_claim_that_outlived_its_lease(world: World) -> None:
    ana = world.activist()
    watching = world.watched()
    press_unseen(ana)
    claim_one(world)
    wait(world, seconds=55)
    assert watching.look() == set()
    wait(world, seconds=10)
    assert watching.look() == {Condition.CLAIMS_STUCK}
    world.work()
    world.carrier.expect(ana.contacts[0])
    assert watching.look() == set()


def test_a_job_that_stopped_and_a_relay_that_is_gone(world: World) -> None:
    watching = world.watched()
    watching.jobs.late_ones = ["check_in"]
    assert watching.look() == {Condition.JOB_LATE}
    watching.jobs.gone = True
    assert watching.look() == {Condition.RELAY_GONE}
    assert readiness(world) == (503, ["relay_gone"])
    assert watching.operator.heard() == ["job_late", "relay_gone; mended: job_late"]


def test_a_database_that_cannot_store(world: World) -> None:
    watching = world.watched()
    world.database.close()
    assert watching.look() == {Condition.DATABASE_FAILING}
    assert watching.operator.heard() == ["database_failing"]
    assert readiness(world) == (503, ["database_failing"])


@pytest.mark.parametrize("code", [20003, 21606])
def test_a_carrier_that_refuses_everything(world: World, code: int) -> None:
    ana = world.activist()
    watching = world.watched()
    world.carrier.trouble(code=code)
    ana.phone.press()
    assert watching.look() == {Condition.CARRIER_REFUSES}
    assert readiness(world) == (503, ["carrier_refuses"])
    world.carrier.trouble()
    world.forward(minutes=1)
    world.carrier.expect(ana.contacts[0])
    assert watching.look() == set()


def test_a_carrier_that_takes_texts_and_then_refuses_them(world: World) -> None:
    ana = world.activist()
    watching = world.watched()
    ana.phone.press()
    text = world.carrier.expect(ana.contacts[0])
    assert watching.look() == set()
    text.receipt("undelivered", 30034)
    assert watching.look() == {Condition.CARRIER_REFUSES}
    world.carrier.read_all()


def test_one_bad_number_is_no_condition(world: World) -> None:
    ana = world.activist()
    watching = world.watched()
    world.carrier.trouble(code=21211)
    ana.phone.press()
    world.carrier.trouble()
    assert watching.look() == set()


def test_an_operator_hears_once_in_a_quarter_of_an_hour(world: World) -> None:
    watching = world.watched()
    for late, minutes, heard in (
        (["relay"], 0, ["job_late"]),
        (["relay"], 14, []),
        ([], 0, ["mended: job_late"]),
        (["relay"], 0, []),
        ([], 0, []),
        (["relay"], 2, ["job_late"]),
        (["relay"], 16, ["job_late"]),
    ):
        wait(world, minutes=minutes)
        watching.jobs.late_ones = late
        watching.look()
        assert watching.operator.heard() == heard


def test_an_operator_who_cannot_be_told_is_told_later(world: World) -> None:
    watching = world.watched()
    watching.operator.reachable = False
    watching.jobs.late_ones = ["relay"]
    assert watching.look() == {Condition.JOB_LATE, Condition.OPERATOR_UNREACHABLE}
    watching.operator.reachable = True
    assert Condition.OPERATOR_UNREACHABLE in watching.look()
    wait(world, seconds=61)
    assert watching.look() == {Condition.JOB_LATE}
    assert watching.operator.heard() == ["job_late"]


def test_a_watch_that_stopped_looking_is_seen_at_the_door(world: World) -> None:
    watching = world.watched()
    watching.look()
    assert readiness(world) == (200, [])
    wait(world, seconds=95)
    assert readiness(world) == (200, ["watch_late"])
    watching.look()
    assert readiness(world) == (200, [])


def test_a_page_names_conditions_and_nobody(world: World) -> None:
    ana = world.activist()
    watching = world.watched()
    press_unseen(ana)
    wait(world, minutes=1)
    watching.look()
    (page,) = watching.operator.heard()
    assert set(page.split(", ")) <= set(Condition)
    world.work()
    world.carrier.expect(ana.contacts[0])


# Credit


def test_credit_is_asked_for_every_five_minutes_and_shown(world: World) -> None:
    watching = world.watched(least_texts=500)
    noor = world.staff()
    watching.account.credit = 24.0
    assert watching.look() == set()
    shown = noor.caller.ask("GET", "/v1/watch").ok()["credit"]
    assert shown == {"amount": 24.0, "currency": "USD", "texts": 2400}
    assert metric(world, "candlewire_texts_left") == 2400
    assert metric(world, 'candlewire_credit{currency="USD"}') == 24
    watching.account.credit = 4.99
    wait(world, minutes=4)
    assert watching.look() == set()
    wait(world, minutes=2)
    assert watching.look() == {Condition.CREDIT_LOW}
    assert watching.account.asked == 2
    assert readiness(world) == (200, ["credit_low"])
    assert watching.operator.heard() == ["credit_low"]


def test_the_price_of_the_settings_wins(world: World) -> None:
    watching = world.watched(text_price=0.1)
    credit = watching.report().credit
    assert credit is not None
    assert credit.texts == 1000


@pytest.mark.parametrize(("credit", "low"), [(20.0, False), (19.9, True)])
def test_without_a_price_the_amount_decides(world: World, credit: float, low: bool) -> None:
    watching = world.watched()
    watching.account.price, watching.account.credit = None, credit
    assert watching.look() == ({Condition.CREDIT_LOW} if low else set())
    assert metric(world, "candlewire_texts_left") is None


@pytest.mark.parametrize(
    ("status", "condition"),
    [(401, Condition.CARRIER_REFUSES), (None, Condition.CARRIER_UNREACHABLE)],
)
def test_an_account_that_does_not_answer_twice(
    world: World, status: int | None, condition: Condition
) -> None:
    watching = world.watched()
    watching.account.error = Unreachable(status)
    assert watching.look() == set()
    wait(world, seconds=61)
    assert watching.look() == {condition}
    watching.account.error = None
    wait(world, seconds=61)
    assert watching.look() == set()


def test_a_suspended_account(world: World) -> None:
    watching = world.watched()
    watching.account.status = "suspended"
    assert watching.look() == {Condition.CARRIER_REFUSES}


# The probe


@pytest.mark.everywhere
def test_a_probe_goes_to_the_operator_and_its_steps_are_timed(world: World) -> None:
    watching = world.watched(probe_to=OPERATOR, probe_every=60)
    watching.look()
    wait(world, seconds=1)
    world.work()
    text = world.carrier.expect(OPERATOR, "DRILL probe")
    assert text.segments == 1
    wait(world, seconds=3)
    text.receipt("delivered")
    assert watching.look() == set()
    assert metric(world, 'candlewire_probe_seconds{step="sent"}') == pytest.approx(1, abs=0.1)
    assert metric(world, 'candlewire_probe_seconds{step="delivered"}') == pytest.approx(4, abs=0.1)
    world.forward(minutes=59)
    watching.look()
    world.work()
    world.carrier.expect_silence()
    world.forward(minutes=2)
    watching.look()
    world.work()
    world.carrier.expect(OPERATOR, "DRILL probe")


@pytest.mark.everywhere
def test_a_probe_that_does_not_arrive(world: World) -> None:
    watching = world.watched(probe_to=OPERATOR, probe_every=10)
    watching.look()
    world.work()
    text = world.carrier.expect(OPERATOR)
    world.forward(minutes=2)
    assert watching.look() == set()
    world.forward(minutes=2)
    assert watching.look() == {Condition.PROBE_FAILED}
    assert readiness(world) == (200, ["probe_failed"])
    text.receipt("delivered")
    assert watching.look() == {Condition.PROBE_FAILED}, "too late is a failure too"
    world.forward(minutes=10)
    watching.look()
    world.work()
    world.carrier.expect(OPERATOR).receipt("delivered")
    assert watching.look() == set()
    assert watching.operator.heard() == ["probe_failed", "mended: probe_failed"]


def test_probes_do_not_pile_up_behind_a_relay_that_stands(world: World) -> None:
    watching = world.watched(probe_to=OPERATOR, probe_every=10)
    for _ in range(5):
        watching.look()
        wait(world, minutes=11)
    assert watching.look() == {Condition.PROBE_FAILED}
    world.work()
    world.carrier.expect(OPERATOR)
    world.carrier.expect_silence()


def test_without_its_setting_there_is_no_probe(world: World) -> None:
    watching = world.watched(probe_to=OPERATOR)
    watching.look()
    world.work()
    world.carrier.expect_silence()
    assert metric(world, 'candlewire_probe_seconds{step="sent"}') is None
    assert isinstance(watching.report().at, datetime)
