"""A name is found however it is written, and not in words that only look like it."""

import pytest

from server.domain.urgent_action import Obstacle, naming, obstacles

CLEAR = {
    "agreed_on": "2026-01-31",
    "may_name": True,
    "may_photo": True,
    "decides": "",
    "named": True,
    "photo": True,
    "decision": "",
    "complete": True,
    "drill": False,
}


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("Amina Diallo", "Release Amina at once"),
        ("Amina Diallo", "DIALLO was taken"),
        ("Amina Diallo", "Diallo's family"),
        ("Élodie", "elodie is gone"),
        ("Анна Иванов", "Освободите Иванова"),
        ("أمينة", "أطلقوا سراح وأمينة الآن"),
        ("李明", "我们要求释放李明先生"),
        ("សុខា", "ដោះលែងសុខាឥឡូវ"),
        ("Ngozi", "(Ngozi)."),
    ],
)
def test_a_name_is_found(name: str, text: str) -> None:
    assert naming({"who": "nobody", "demands": text}, [name]) == "demands"


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("Ana", "a banana, and an analyst"),
        ("Rosa", "prosaic words"),
        ("Li", "all is said; he lies in Lima"),
        ("", "anything at all"),
        ("Bo", "about the boat"),
    ],
)
def test_other_words_are_no_name(name: str, text: str) -> None:
    assert naming({"demands": text}, [name]) is None


def test_nothing_is_in_the_way_of_what_was_agreed_to() -> None:
    assert obstacles(**CLEAR) == []  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("change", "found"),
    [
        ({"agreed_on": None}, Obstacle.NO_CONSENT),
        ({"may_name": False}, Obstacle.NAME),
        ({"may_photo": False}, Obstacle.PHOTO),
        ({"decides": "Her sister", "decision": " \n"}, Obstacle.DECISION),
        ({"complete": False}, Obstacle.INCOMPLETE),
        ({"drill": True}, Obstacle.DRILL),
    ],
)
def test_each_obstacle_is_named_alone(change: dict[str, object], found: Obstacle) -> None:
    assert obstacles(**(CLEAR | change)) == [found]  # type: ignore[arg-type]
