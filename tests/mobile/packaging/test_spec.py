"""The packager's settings: every key known, every version pinned, and nothing of the server in."""

import ast
import re
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

from mobile.packaging import spec
from mobile.packaging.manifest import PACKAGE
from mobile.packaging.spec import ROOT

SPEC = spec.read()
PACKED = set(spec.packed(SPEC))
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
# What the packager's own default file knows, at the version that the container installs.
KEYS = Path(__file__).with_name("buildozer-1.6.0-keys.txt")
KNOWN_KEYS = set(KEYS.read_text("utf-8").split())
STARTS = ("main", "mobile.service")
# What a program imports, where it is not called as its distribution is.
IMPORTED_AS = {
    "arabic-reshaper": "arabic_reshaper",
    "python-bidi": "bidi",
    "pyjnius": "jnius",
}
# On the phone by another name, or on a desktop alone.
NOT_ON_THE_PHONE = {
    "nacl": "shared.crypto takes pysodium where there is no PyNaCl",
}
PERMISSIONS = {
    "INTERNET": "to send",
    "ACCESS_NETWORK_STATE": "to try again at once when there is a network",
    "ACCESS_COARSE_LOCATION": "asked for with the fine one",
    "ACCESS_FINE_LOCATION": "to say where",
    "ACCESS_BACKGROUND_LOCATION": "to say where with the window closed, and after a reboot",
    "FOREGROUND_SERVICE": "the guard",
    "FOREGROUND_SERVICE_LOCATION": "the guard, with a place",
    "FOREGROUND_SERVICE_SPECIAL_USE": "the guard, where its owner does not allow a place",
    "POST_NOTIFICATIONS": "the guard's notice",
    "VIBRATE": "three steps to feel",
    "RECEIVE_BOOT_COMPLETED": "the guard stands up after a reboot",
    "WAKE_LOCK": "positions while an alert is open; the shake",
    "REQUEST_IGNORE_BATTERY_OPTIMIZATIONS": "so that the guard is not put to sleep",
}


def test_every_key_is_one_that_the_packager_knows() -> None:
    assert set(SPEC.values) - KNOWN_KEYS == set()
    assert len(KNOWN_KEYS) > 90


def test_the_list_of_keys_is_the_packagers() -> None:
    buildozer = pytest.importorskip("buildozer", reason="buildozer is not installed")
    default = (Path(buildozer.__file__).parent / "default.spec").read_text("utf-8")
    app = default.partition("[app]")[2].partition("\n[buildozer]")[0]
    assert set(re.findall(r"(?m)^#? ?([a-z0-9_-]+(?:\.[a-z0-9_-]+)*) =", app)) == KNOWN_KEYS


def test_the_packagers_own_reader_reads_the_same() -> None:
    parser_module = pytest.importorskip("buildozer.specparser", reason="buildozer is not installed")
    parser = parser_module.SpecParser()
    parser.read(spec.FOLDER / "buildozer.spec", "utf-8")
    assert {key: value or "" for key, value in parser.items("app")} == SPEC.values
    assert tuple(parser.getlist("app", "source.include_patterns")) == SPEC.includes


def test_no_value_carries_a_comment_along() -> None:
    assert [key for key, value in SPEC.values.items() if "#" in value.lstrip("#")] == []


def test_what_android_must_hold_to() -> None:
    said = SPEC.values
    assert (said["android.api"], said["android.minapi"], said["android.ndk_api"]) == (
        "36",
        "24",
        "24",
    )
    assert said["android.allow_backup"] == "False"
    assert said["version"] == PROJECT["version"]
    assert f"{said['package.domain']}.{said['package.name']}" == PACKAGE
    assert said["services"].partition(":")[2] == (
        "mobile/service.py:foreground:sticky:foregroundServiceType=location|specialUse"
    )
    for key in ("android.entrypoint", "android.activity_class_name", "android.service_class_name"):
        package, _, name = said[key].rpartition(".")
        assert package == PACKAGE
        assert (spec.FOLDER / "java" / package.replace(".", "/") / f"{name}.java").is_file()


def test_the_permissions_are_these_and_no_others() -> None:
    assert set(SPEC.list("android.permissions")) == set(PERMISSIONS)


def test_nothing_that_is_shown_names_us() -> None:
    shown = [SPEC.values[key] for key in ("title", "package.name", "package.domain", "services")]
    assert not re.search(r"candle|panic|alert|guard|alarm|sos|help", " ".join(shown), re.IGNORECASE)


def test_every_file_that_the_packager_is_told_of_is_there() -> None:
    keys = [key for key in SPEC.values if key.startswith(("icon.", "presplash.filename"))]
    keys += ["android.add_src", "android.add_resources", "p4a.hook", "p4a.local_recipes"]
    assert [key for key in keys if not (spec.FOLDER / SPEC.values[key]).exists()] == []
    assert (ROOT / SPEC.values["services"].split(":")[1]).is_file()


# What is in the package


def test_nothing_of_the_server_and_nothing_of_ours_alone_is_packed() -> None:
    rooms = {path.parts[0] for path in PACKED}
    assert rooms == {"main.py", "mobile", "shared"}
    words = re.compile(
        r"server|test|packaging|commands|arguments|desktop|sandbox|web\.|sms\.|\.po$"
    )
    assert {str(path) for path in PACKED if words.search(str(path))} == set()


def test_the_packager_itself_takes_these_files_and_no_others(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    buildozer = pytest.importorskip("buildozer", reason="buildozer is not installed")
    monkeypatch.chdir(spec.FOLDER)
    monkeypatch.setattr(buildozer.Buildozer, "app_dir", str(tmp_path / "app"))
    buildozer.Buildozer(filename="buildozer.spec")._copy_application_sources()
    taken = {path for path in (tmp_path / "app").rglob("*") if path.is_file()}
    assert {path.relative_to(tmp_path / "app") for path in taken} == PACKED


def test_a_file_laid_anywhere_else_is_left_out() -> None:
    strays = ("notes.py", "server/app.py", "mobile/notes.txt", "mobile/packaging/hook.py", ".env")
    strays += ("tests/conftest.py", "shared/texts/catalogues/en/LC_MESSAGES/sms.mo", "data/a.py")
    assert [name for name in strays if spec.is_packed(SPEC, Path(name))] == []


def test_every_word_that_the_phone_says_is_packed() -> None:
    said = {
        domain
        for path in PACKED
        if path.suffix in (".py", ".kv") and path.parts[0] == "mobile"
        for domain in re.findall(r'"([a-z]+)\.[a-z_.]+"', (ROOT / path).read_text("utf-8"))
    }
    catalogues = ROOT / "shared/texts/catalogues"
    domains = {path.stem for path in catalogues.glob("en/LC_MESSAGES/*.po")}
    spoken = {path.stem for path in PACKED if path.suffix == ".mo"}
    assert spoken >= said & domains
    for domain in spoken:
        packed = {path.parts[3] for path in PACKED if path.name == f"{domain}.mo"}
        assert packed == {path.parts[-3] for path in catalogues.glob(f"*/LC_MESSAGES/{domain}.mo")}


# What is imported


def module_path(name: str) -> Path | None:
    plain = Path(*name.split("."))
    for path in (plain.with_suffix(".py"), plain / "__init__.py"):
        if (ROOT / path).is_file():
            return path
    return None


def imported(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse((ROOT / path).read_text("utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield node.module
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def reached() -> tuple[set[Path], set[str]]:
    """Our modules that the window and the guard come to, and the first names of all others."""
    ours: set[Path] = set()
    others: set[str] = set()
    waiting = list(STARTS)
    while waiting:
        name = waiting.pop()
        if name.split(".")[0] not in ("main", "mobile", "shared", "server"):
            others.add(name.split(".")[0])
        elif (path := module_path(name)) and path not in ours:
            ours.add(path)
            waiting += imported(path)
            waiting += [".".join(path.parts[:length]) for length in range(1, len(path.parts))]
    return ours, others


def test_everything_that_is_imported_is_packed() -> None:
    ours, _ = reached()
    assert Path("mobile/core/outbox.py") in ours
    assert Path("mobile/views/press.py") in ours
    assert ours - PACKED == set()


def test_everything_else_that_is_imported_is_required() -> None:
    _, others = reached()
    required = {IMPORTED_AS.get(name, name) for name in SPEC.requirements}
    foreign = others - set(sys.stdlib_module_names)
    assert foreign
    assert foreign - required - set(NOT_ON_THE_PHONE) == set()


def test_every_requirement_is_pinned_and_agrees_with_the_desktops() -> None:
    by_the_packager = {"android", "openssl", "sqlite3", "libsodium"}
    pinned = {name: version for name, version in SPEC.requirements.items() if version}
    assert SPEC.requirements.keys() - pinned.keys() == by_the_packager
    lock = (ROOT / "requirements-dev.lock").read_text("utf-8")
    tried = dict(re.findall(r"(?m)^([a-z0-9-]+)==(\S+)", lock))
    differing = {name for name in pinned.keys() & tried.keys() if pinned[name] != tried[name]}
    assert differing == {"msgspec"}  # the newest that the packager can build
