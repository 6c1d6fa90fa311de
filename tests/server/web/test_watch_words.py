"""Each condition is said on the board, explained to the operator, and counted."""

import re

import pytest

from server.domain.watch import WARNINGS, Condition
from server.web import pages
from shared import texts
from tests.house.repository import ROOT
from tests.support.world import World

SCRIPT = (pages.STATIC / "board/watch.js").read_text()
OPERATING = (ROOT / "docs/operating.md").read_text("utf-8")


@pytest.mark.parametrize("condition", Condition)
def test_a_condition_has_its_words_and_its_mend(condition: Condition) -> None:
    assert texts.say(f"web.watch.{condition}", "en")
    assert f'{condition}: "web.watch.{condition}"' in SCRIPT
    assert f"\n| `{condition}` |" in OPERATING


def test_the_board_is_alarmed_by_what_keeps_texts_back() -> None:
    said = re.search(r"WARNINGS = new Set\(\[(.*?)\]\)", SCRIPT, re.DOTALL)
    assert said is not None
    assert set(re.findall(r'"(\w+)"', said[1])) == WARNINGS


def test_every_metric_is_documented(world: World) -> None:
    world.watched(probe_to="+12025550142", probe_every=60).look()
    world.work()
    world.carrier.expect("+12025550142")
    counted = world.caller.ask("GET", "/metrics").body.decode()
    metrics = set(re.findall(r"(?m)^# TYPE (\w+)", counted))
    assert len(metrics) >= 7
    assert {name for name in metrics if f"| `{name}" not in OPERATING} == set()
