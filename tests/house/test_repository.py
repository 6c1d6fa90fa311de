"""What may lie in the repository: nothing of one machine, nothing large, all with a licence."""

import re
import tomllib
from pathlib import Path

import pytest

from tests.house.repository import ROOT, files, text

LARGEST = 1024 * 1024  # bytes
NEEDS_A_LICENCE = {".ttf", ".otf", ".woff", ".woff2", ".json", ".geojson", ".wav", ".mp3", ".ogg"}
OURS = Path("server/web/static/sound")  # written by `server.web.sounddata.build`, as our code is
LICENCES = ("LICENSE", "LICENSE.txt", "LICENSES.txt", "OFL.txt", "COPYING")

# Each letter in brackets keeps this file from being a hit of its own.
OF_ONE_MACHINE = re.compile(r"/[w]ork/|/[r]oot/|/[h]ome/[a-z]+/|/[U]sers/[a-z]+/|C:[\\]{1,2}Users")
REGISTRIES = re.compile(
    r"[p]ypi\.org|[p]ythonhosted\.org|registry\.[n]pmjs|deb\.[d]ebian|[c]rates\.io/api"
)
UNFINISHED = re.compile(r"\b(?:T[O]DO|F[I]XME|X[X]X)\b")
FOREIGN_FOLDER = re.compile(r"\.\./[s]hared/")
NUMBER = re.compile(r"(?<![\w+])\+[1-9][0-9]{9,14}\b")
# Kept free by their regulators for films and tests.
INVENTED = re.compile(r"\+(?:1[2-9]\d\d55501\d\d|447700900\d{3}|3363998\d{4})")
OTHER_HOST = re.compile(r"(?:https?:)?//(?!www\.w3\.org/)[a-z0-9-]+(?:\.[a-z0-9-]+)+")


def found(pattern: re.Pattern[str], suffixes: tuple[str, ...] | None = None) -> list[str]:
    return [
        f"{path}: {match.group()}"
        for path in files()
        if suffixes is None or path.suffix in suffixes
        if (match := pattern.search(text(path)))
    ]


@pytest.mark.parametrize("pattern", [OF_ONE_MACHINE, REGISTRIES, UNFINISHED])
def test_no_file_speaks_of_one_machine_or_of_work_to_come(pattern):
    assert found(pattern) == []


def test_no_python_file_reaches_beside_the_repository():
    assert found(FOREIGN_FOLDER, (".py", ".md", ".toml", ".sh")) == []


def test_no_file_is_large():
    assert [str(path) for path in files() if (ROOT / path).stat().st_size > LARGEST] == []


def test_every_font_and_data_file_has_a_licence_beside_it():
    data = [path for path in files() if path.suffix in NEEDS_A_LICENCE]
    bare = [
        str(path)
        for path in data
        if not path.is_relative_to("tests")
        and not path.is_relative_to(OURS)
        and not any(has(path.parent, name) for name in LICENCES)
    ]
    assert data
    assert bare == []


def has(folder: Path, name: str) -> bool:
    return (ROOT / folder / name).is_file()


def test_phone_numbers_are_invented():
    """Nobody is texted by a test, and nobody's number is published by a document."""
    real = {
        f"{path}: {number}"
        for path in files()
        if path.suffix in (".py", ".md", ".js", ".html", ".po")
        for number in NUMBER.findall(text(path))
        if not INVENTED.fullmatch(number)
    }
    assert real == set()


def test_no_page_asks_another_host():
    pages = [
        path
        for path in files()
        if path.is_relative_to("server") and path.suffix in (".js", ".css", ".html", ".svg")
    ]
    asking = [f"{path}: {hit}" for path in pages for hit in OTHER_HOST.findall(text(path))]
    assert pages
    assert asking == []


def locked(name: str) -> dict[str, str]:
    """The lock file's entries: name → everything that stands below it."""
    entries = re.split(r"(?m)^(?=[a-z0-9])", text(Path(name)))
    return {normal(entry.split("==")[0]): entry for entry in entries if "==" in entry}


def normal(name: str) -> str:
    """A distribution's name as comparisons want it, without extras."""
    return re.sub(r"[-_.]+", "-", name.partition("[")[0].strip()).lower()


def wanted(*extras: str) -> set[str]:
    project = tomllib.loads(text(Path("pyproject.toml")))["project"]
    lines = [*project["dependencies"]]
    for extra in extras:
        lines += project["optional-dependencies"][extra]
    return {normal(re.split(r"[<>=!~;\s]", line)[0]) for line in lines}


@pytest.mark.parametrize(
    ("name", "extras"),
    [
        ("requirements.lock", ("server", "mobile", "build")),
        ("requirements-dev.lock", ("server", "mobile", "build", "dev")),
    ],
)
def test_the_lock_file_holds_every_dependency_with_its_hashes(name, extras):
    entries = locked(name)
    assert wanted(*extras) - entries.keys() == set()
    assert [entry for entry, lines in entries.items() if "--hash=sha256:" not in lines] == []


def test_both_lock_files_agree():
    server, dev = locked("requirements.lock"), locked("requirements-dev.lock")
    version = re.compile(r"==\s*(\S+)")
    assert {
        name: (found.group(1), dev_found.group(1))
        for name, entry in server.items()
        if (found := version.search(entry))
        and (dev_found := version.search(dev.get(name, "==absent")))
        and found.group(1) != dev_found.group(1)
    } == {}
