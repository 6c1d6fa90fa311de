"""A story fails where somebody gets a text or a call that none of its lines expects."""

import subprocess
import sys
from pathlib import Path

import pytest

from tests.house.repository import ROOT
from tests.support import codes
from tests.support.people import Activist
from tests.support.world import World

CARELESS = """
def test_careless(world):
    world.activist().phone.press()
"""


def reached(world: World) -> Activist:
    """Ben has a text from Ana, and a call."""
    codes.let_ladders_wait(world)
    ana = world.activist()
    ana.phone.press()
    world.carrier.texts()[0].receipt("undelivered", 30006)
    return ana


def test_an_unexpected_text_fails(world: World) -> None:
    ana = reached(world)
    world.carrier.expect_call(ana.contacts[0])
    with pytest.raises(AssertionError, match=r"unexpected.*Ana needs help"):
        world.carrier.expect_silence()
    world.carrier.expect(ana.contacts[0])


def test_an_unexpected_call_fails(world: World) -> None:
    ana = reached(world)
    world.carrier.expect(ana.contacts[0])
    with pytest.raises(AssertionError, match=r"unexpected.*Press 1 if you act"):
        world.carrier.expect_silence()
    world.carrier.expect_call(ana.contacts[0])


def test_what_is_expected_must_come_to_them_and_say_so(world: World) -> None:
    ana = reached(world)
    ben = ana.contacts[0]
    for whom, words in ((ben, "Sara needs help."), ("+12025550101", "Ana needs help.")):
        with pytest.raises(AssertionError, match="nothing to"):
            world.carrier.expect(whom, words)
        with pytest.raises(AssertionError, match="nothing to"):
            world.carrier.expect_call(whom, words)
    world.carrier.expect(ben)
    world.carrier.expect_call(ben)


def test_what_was_expected_once_is_not_expected_again(world: World) -> None:
    ana = reached(world)
    world.carrier.expect(ana.contacts[0])
    world.carrier.expect_call(ana.contacts[0])
    with pytest.raises(AssertionError, match="nothing to"):
        world.carrier.expect(ana.contacts[0])


def test_a_story_that_never_looks_fails_at_its_end(tmp_path: Path) -> None:
    story = tmp_path / "test_careless.py"
    story.write_text(CARELESS)
    run = subprocess.run(
        [
            sys.executable,
            "-m",
            "pytest",
            "-n",
            "0",
            "-c",
            "pyproject.toml",
            "--rootdir",
            ".",
            "-p",
            "no:cacheprovider",
            "-p",
            "tests.conftest",
            str(story),
        ],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert "1 passed, 1 error" in run.stdout, run.stdout
    assert "AssertionError: unexpected: [('+" in run.stdout
