"""The drawing in docs/architecture.md and the import contracts in pyproject.toml say the same."""

import re
import tomllib
from pathlib import Path
from typing import Any

import pytest

from tests.house.names import exists
from tests.house.repository import ROOT, modules, text

DRAWING = Path("docs/architecture.md")
TOOLS = tomllib.loads(text(Path("pyproject.toml")))["tool"]
CONTRACTS: list[dict[str, Any]] = TOOLS["importlinter"]["contracts"]
LAYERED = {house: one for one in CONTRACTS for house in one.get("containers", [])}
FORBIDDEN = {one["name"]: one for one in CONTRACTS if one["type"] == "forbidden"}
# Beside the layers, and why.
BESIDE = {
    "server": {"__main__"},  # `python -m server` is the command line
    # verbs, tools of the developer, and where Android starts the window and the guard
    "mobile": {"commands", "arguments", "packaging", "handset", "service"},
}


def section(title: str) -> str:
    """What stands below a heading, down to the next one of its level."""
    level = title.partition(" ")[0]
    _, _, rest = text(DRAWING).partition(f"\n{title}\n")
    return re.split(rf"(?m)^#{{2,{len(level)}}} ", rest, maxsplit=1)[0]


def drawn(house: str) -> list[set[str]]:
    """The layers of the drawing, from the door down."""
    rows = re.findall(r"(?m)^│([^│]*)│", section(f"### {house}"))
    return [{room.strip() for room in row.split("|")} for row in rows]


@pytest.mark.parametrize("house", sorted(LAYERED))
def test_the_drawing_has_the_layers_of_the_contract(house):
    contract = [{room.strip() for room in row.split("|")} for row in LAYERED[house]["layers"]]
    assert drawn(house) == contract


@pytest.mark.parametrize("house", sorted(LAYERED))
def test_every_room_is_in_the_drawing(house):
    rooms = {path.relative_to(house).parts[0].removesuffix(".py") for path in modules(house)}
    assert set().union(*drawn(house)) == rooms - {"__init__"} - BESIDE[house]


def test_who_never_imports_whom_is_the_contracts():
    table = section("### Who never imports whom")
    rows = re.findall(r"(?m)^\| ([^|]+) \| ([^|]+) \| ([^|]+) \|$", table)
    written = {
        name: (re.findall(r"`([^`]+)`", rooms_), re.findall(r"`([^`]+)`", never))
        for name, rooms_, never in rows
        if "`" in rooms_
    }
    assert written == {
        name: (one["source_modules"], one["forbidden_modules"]) for name, one in FORBIDDEN.items()
    }


def test_shared_is_described_whole():
    rooms = {path.relative_to("shared").parts[0].removesuffix(".py") for path in modules("shared")}
    assert set(re.findall(r"`(\w+)`", section("### shared"))) == rooms - {"__init__"}


def test_the_five_steps_name_code_that_exists():
    steps = re.findall(r"(?m)^(\d)\. (.+)$", section("## From press to text"))
    assert [number for number, _ in steps] == list("12345")
    for number, words in steps:
        named = re.findall(r"`((?:server|mobile|shared)\.[\w.]+)`", words)
        assert named, f"step {number} names no code"
        assert [name for name in named if not exists(name)] == []


def test_every_decision_is_a_numbered_page():
    pages = sorted((ROOT / "docs/decisions").glob("*.md"))
    assert [page.name[:4] for page in pages] == [f"{n:04d}" for n in range(1, len(pages) + 1)]
    for page in pages:
        assert re.match(r"# \d+\. .+\n", page.read_text("utf-8")), page.name
