"""The documents tell all of it, and nothing that is not so: doors, messages, settings, commands."""

import argparse
import ast
import dataclasses
import importlib
import re
import tomllib
from argparse import _SubParsersAction
from collections.abc import Iterator
from itertools import product as pairs
from pathlib import Path
from typing import get_args

import msgspec
import pytest

from server import app, cli
from server.domain.incident import State, on_press
from server.sandbox.faults import Faults
from server.services import timeline
from server.settings import PREFIX, Settings
from server.web.errors import TITLES
from shared import wire
from tests.house.names import exists
from tests.house.repository import ROOT, files, modules, text, tree

PROTOCOL = Path("docs/protocol.md")
DOCUMENTS = [path for path in files() if path.suffix == ".md"]
EVERYTHING = "\n".join(text(path) for path in DOCUMENTS)
PROSE = re.compile(r"(?ms)^```.*?^```$|`[^`\n]*`")


def section(path: Path, title: str) -> str:
    """What stands below a heading, down to the next one of its level."""
    _, _, rest = text(path).partition(f"\n{title}\n")
    assert rest, f"{path} has no {title}"
    return re.split(rf"(?m)^#{{1,{len(title.partition(' ')[0])}}} ", rest, maxsplit=1)[0]


def first_cells(table: str) -> list[str]:
    return re.findall(r"(?m)^\| `([^`]+)`", table)


def row(table: str, name: str) -> str:
    found = re.search(rf"(?m)^\| `{re.escape(name)}` \|(.*)$", table)
    return found.group(1) if found else ""


# Settings and commands


@pytest.mark.parametrize("field", dataclasses.fields(Settings), ids=lambda field: field.name)
def test_every_setting_is_documented(field):
    assert f"`{PREFIX}{field.name.upper()}`" in EVERYTHING


def test_no_setting_is_invented():
    known = {PREFIX + field.name.upper() for field in dataclasses.fields(Settings)}
    assert set(re.findall(rf"\b{PREFIX}[A-Z_]*[A-Z]\b", EVERYTHING)) - known == set()


@pytest.mark.parametrize("verb", sorted(cli.VERBS))
def test_every_verb_is_documented(verb):
    assert f"candlewire {verb}" in EVERYTHING


def test_every_verb_of_the_phone_is_documented():
    entries = tomllib.loads(text(Path("pyproject.toml")))["project"]["entry-points"][cli.GROUP]
    assert [verb for verb in entries if f"candlewire {verb}" not in EVERYTHING] == []


def test_no_verb_is_invented():
    entries = tomllib.loads(text(Path("pyproject.toml")))["project"]["entry-points"][cli.GROUP]
    said = set(re.findall(r"\bcandlewire ([a-z]+)\b", "\n".join(PROSE.findall(EVERYTHING))))
    assert said - set(cli.VERBS) - set(entries) - {"help"} == set()


def verbs_below(verb: str, parser: argparse.ArgumentParser) -> Iterator[str]:
    """`people office add`: every verb that a command knows, to its last word."""
    below = [action for action in parser._actions if isinstance(action, _SubParsersAction)]
    for action in below:
        for name, found in action.choices.items():
            yield from verbs_below(f"{verb} {name}", found)
    if not below:
        yield verb


@pytest.mark.parametrize("verb", sorted(cli.VERBS))
def test_every_verb_below_a_verb_is_documented(verb):
    parser = importlib.import_module(cli.VERBS[verb][0])._parser()
    below = list(verbs_below(verb, parser))
    assert [words for words in below if f"candlewire {words}" not in EVERYTHING] == []


def targets() -> list[str]:
    return re.findall(r"(?m)^([a-z-]+):.*##", text(Path("Makefile")))


@pytest.mark.parametrize("target", targets())
def test_every_make_target_is_documented(target):
    assert f"`make {target}" in EVERYTHING


def test_no_make_target_is_invented():
    code = "\n".join(PROSE.findall(EVERYTHING))
    said = set(re.findall(r"\bmake ([a-z-]+)", code))
    known = set(re.findall(r"(?m)^([a-z-]+):", text(Path("Makefile"))))
    assert said
    assert said - known == set()


def test_the_readme_begins_with_the_two_commands():
    commands = re.findall(r"(?m)^(make \w+)", text(Path("README.md")))
    assert commands[:2] == ["make demo", "make test"]


# Doors and messages


def doors() -> set[tuple[str, str]]:
    found = {("POST", "/v1/alerts"), ("GET", "/openapi.json")}
    for path in modules("server/web"):
        name = ".".join(path.with_suffix("").parts).removesuffix(".__init__")
        module = importlib.import_module(name)
        for route in getattr(getattr(module, "router", None), "routes", ()):
            methods = getattr(route, "methods", None) or {"WS"}
            found |= {(method, route.path) for method in methods}
    return found


def test_every_door_is_documented():
    said = set(re.findall(r"`(GET|POST|PUT|PATCH|DELETE|WS) ([^`\s?\[]+)", text(PROTOCOL)))
    assert len(doors()) > 30
    assert doors() - said == set()


def test_no_door_is_invented():
    said = set(re.findall(r"`(GET|POST|PUT|PATCH|DELETE|WS) (/[^`\s?\[]*)", text(PROTOCOL)))
    theirs = r"/_sandbox|/2010-04-01|/v2/PhoneNumbers"
    ours = {(method, path) for method, path in said if not re.match(theirs, path)}
    assert ours - doors() == set()


def messages() -> list[type[msgspec.Struct]]:
    on_the_wire = [
        value
        for value in vars(wire).values()
        if isinstance(value, type) and issubclass(value, msgspec.Struct)
    ]
    found = {*on_the_wire, *app.DESCRIBED} - {msgspec.Struct}
    return sorted(found, key=lambda kind: kind.__name__)


@pytest.mark.parametrize("message", messages(), ids=lambda message: message.__name__)
def test_every_message_is_documented_with_its_fields(message):
    said = row(section(PROTOCOL, "## Messages"), message.__name__)
    assert said, "no row for it"
    fields = [field.encode_name for field in msgspec.structs.fields(message)]
    assert [name for name in fields if f"`{name}`" not in said] == []


def test_no_message_is_invented():
    said = set(first_cells(section(PROTOCOL, "## Messages"))) - {"Message"}
    nested = {"StaffMember"}  # inside `SignedInAs`
    assert said - {message.__name__ for message in messages()} - nested == set()


def test_the_values_of_the_wire_are_documented():
    for kind in (wire.State, wire.Trigger, wire.Kind, wire.Locale):
        assert [value for value in get_args(kind) if f"`{value}`" not in text(PROTOCOL)] == []


@pytest.mark.parametrize("fault", [field.name for field in msgspec.structs.fields(Faults)])
def test_every_fault_of_the_sandbox_is_documented(fault):
    assert f"`{fault}`" in section(PROTOCOL, "## The SMS sandbox")


@pytest.mark.parametrize("status", TITLES)
def test_every_problem_is_documented(status):
    assert f"| {status} | {TITLES[status]} |" in section(PROTOCOL, "## Problems")


def test_the_press_table_is_the_rules():
    table = re.findall(
        r"(?m)^\| (none|an alert|a drill), (.+) \| (\w+) \| (\w+) \|$",
        section(PROTOCOL, "## What a press does"),
    )
    said = {}
    for what, states, alert, drill in table:
        kind = None if what == "none" else what.split()[1]
        for state in re.findall(r"`(\w+)`", states):
            for latest_kind in [kind] if kind else ["alert", "drill"]:
                said[State(state), latest_kind] = (alert, drill)
    assert said.keys() == set(pairs(State, ["alert", "drill"]))
    for (state, kind), (alert, drill) in said.items():
        assert on_press("alert", state, kind) == alert
        assert on_press("drill", state, kind) == drill
    assert on_press("alert", None, None) == said[State.CLOSED, "alert"][0]


# The timeline

# Functions that hand a kind on to `timeline.append`: their callers name it.
HANDING_ON = {"_entry", "_hand", "_note_opt_out"}


def kinds_and_callers() -> tuple[set[str], set[str]]:
    """Kinds of entries that the code writes, and the functions that are told the kind."""
    kinds, told = set(), set()
    for path in modules("server/services"):
        for function in ast.walk(tree(path)):
            if not isinstance(function, ast.FunctionDef):
                continue
            for node in ast.walk(function):
                if isinstance(node, ast.Call):
                    name = ast.unparse(node.func).rpartition(".")[2]
                    whole = ast.unparse(node.func)
                    if whole in ("timeline.append", "timeline.write") or name in HANDING_ON:
                        words = [one.value for one in node.args if isinstance(one, ast.Constant)]
                        found = {word for word in words if isinstance(word, str) and word}
                        kinds |= found
                        if not found:
                            told.add(function.name)
    return kinds, told


def test_every_kind_of_timeline_entry_is_documented():
    kinds, told = kinds_and_callers()
    assert told == HANDING_ON
    assert timeline.append.__name__ == "append"
    said = first_cells(section(PROTOCOL, "## The timeline"))
    assert set(said) - {"kind"} == kinds


# Links and names


def links() -> list[tuple[Path, str]]:
    return [
        (path, target)
        for path in DOCUMENTS
        for target in re.findall(r"\]\(([^)\s]+)\)|src=\"([^\"]+)\"", text(path))
        for target in target
        if target and not re.match(r"https?:|mailto:", target)
    ]


def test_every_link_leads_somewhere():
    dead = [
        f"{path}: {target}"
        for path, target in links()
        if not (ROOT / path.parent / target.partition("#")[0]).exists()
    ]
    assert links()
    assert dead == []


def test_every_anchor_is_a_heading():
    dead = []
    for path, target in links():
        file, _, anchor = target.partition("#")
        page = (path.parent / file) if file else path
        if anchor and anchor not in anchors(page):
            dead.append(f"{path}: {target}")
    assert dead == []


def anchors(path: Path) -> set[str]:
    content = (ROOT / path).read_text("utf-8")
    headings = re.findall(r"(?m)^#+ (.+)$", content)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


def test_every_name_in_the_code_that_is_mentioned_is_there():
    named = {
        (str(path), name)
        for path in DOCUMENTS
        for name in re.findall(r"`((?:server|mobile|shared)(?:\.\w+)+)`", text(path))
    }
    assert named
    assert {(path, name) for path, name in named if not exists(name)} == set()


def test_every_file_that_is_mentioned_is_there():
    missing = {
        (str(path), name)
        for path in DOCUMENTS
        for name in re.findall(r"`((?:docs|tests|server|mobile|shared)/[\w./-]+)`", text(path))
        if not (ROOT / name).exists()
    }
    assert missing == set()
