"""A wrong code is refused, counted and slowed; a press is neither."""

from concurrent.futures import ThreadPoolExecutor

from tests.support.people import STOP_CODE
from tests.support.world import World


def test_wrong_codes_are_refused_then_slowed_and_presses_never(world: World) -> None:
    ana = world.activist()
    ana.phone.press(countdown=30)
    for _ in range(3):
        answer = ana.phone.enters("0000")
        assert (answer.status, answer.json["pointer"]) == (403, "/code")
    assert ana.phone.enters("0001").status == 429
    assert ana.phone.enters(STOP_CODE).status == 429, "the wait is for every code"
    assert ana.phone.press(countdown=30).incident_id == ana.phone.last
    assert ana.phone.progress()["state"] == "pending"
    world.forward(seconds=3)
    ana.phone.stop(STOP_CODE)
    assert ana.phone.progress()["state"] == "cancelled"


def test_the_wait_doubles_up_to_five_minutes(world: World) -> None:
    ana = world.activist()
    ana.phone.press(countdown=30)
    ana.phone.stop(STOP_CODE)
    waits = []
    for _ in range(11):
        assert ana.phone.enters("0000").status == 403
        told = ana.phone.enters("0000")
        wait = int(told.headers["Retry-After"]) if told.status == 429 else 0
        waits.append(wait)
        world.forward(seconds=wait + 1)
    assert waits == [0, 2, 4, 8, 16, 32, 64, 128, 256, 300, 300]


def test_a_true_code_starts_the_count_anew(world: World) -> None:
    ana = world.activist()
    ana.phone.press(countdown=30)
    for _ in range(2):
        ana.phone.enters("0000")
    ana.phone.stop(STOP_CODE)
    assert [ana.phone.enters("0000").status for _ in range(4)] == [403, 403, 403, 429]


def test_codes_tried_all_at_once_are_counted_one_by_one(world: World) -> None:
    """Nobody gets more guesses by sending them side by side."""
    ana = world.activist()
    ana.phone.press(countdown=30)
    incident, callers = ana.phone.last, [world.phone(ana.phone.token) for _ in range(12)]
    with ThreadPoolExecutor(12) as pool:
        answers = list(pool.map(lambda one: one.enters("0000", incident).status, callers))
    assert answers.count(403) <= 4, answers
    assert set(answers) == {403, 429}
    world.forward(minutes=1)
    world.carrier.expect(ana.contacts[0], "Ana needs help.")
