"""House rules that no linter knows: where a thing may be done, and how large a thing may grow."""

import ast
import re
from pathlib import Path

import pytest

from server.logs import ALLOWED
from shared import texts
from tests.house.repository import (
    PRODUCT,
    calls,
    imports,
    mentioning,
    modules,
    product,
    text,
    tree,
)

LONGEST_MODULE = 400
LONGEST_FUNCTION = 60
SHAPELESS = {"utils.py", "util.py", "helpers.py", "common.py", "misc.py", "base.py"}

READS_TIME = {
    "shared/clock.py": "the clock itself",
    "server/sqlite_files.py": "the age of a file, by the file system's own time",
}
# Who reads the environment beside the settings, and for what.
READS_ENVIRONMENT = {
    "server/settings.py": "every setting",
    "server/commands/demo.py": "whether there is a display, and a folder that was named",
    "mobile/arguments.py": "where this desktop keeps what programs keep",
    "mobile/device/desktop.py": "the same, for the key",
    "mobile/views/window.py": "tells Kivy how to start",
    "mobile/handset.py": "tells TLS where the package's certificates are",
    "mobile/packaging/screens.py": "tells Kivy how large to draw",
}


def test_one_module_commits():
    committing = {
        str(path) for path in product() for name, _ in calls(path) if name.endswith(".commit")
    }
    assert committing == {"server/db.py", "server/migrations/env.py"}


def test_one_module_opens_databases():
    opening = ("create_engine", "sql_engine", "create_async_engine", "sessionmaker", "Session")
    opened = {
        str(path)
        for path in modules("server")
        for name, _ in calls(path)
        if name.rpartition(".")[2] in opening and "session" not in imports_of_ours(path)
    }
    assert opened == {"server/db.py"}


def imports_of_ours(path: Path) -> set[str]:
    """`Session` is also what we call a signed-in person: where that one is meant."""
    tree_names = {node.name for node in ast.walk(tree(path)) if isinstance(node, ast.ClassDef)}
    ours = "Session" in tree_names or "server.services.staff.Session" in set(imports(path))
    return {"session"} if ours else set()


@pytest.mark.parametrize("name", ["datetime.now", "datetime.utcnow", "time.time"])
def test_time_is_an_argument(name):
    assert set(mentioning(name)) <= set(READS_TIME)


def test_the_environment_is_read_in_the_settings():
    assert set(mentioning("os.environ")) == set(READS_ENVIRONMENT)
    assert not mentioning("os.getenv")


def test_nothing_prints():
    assert [str(path) for path in product() for name, _ in calls(path) if name == "print"] == []


def test_threads_of_the_phone_cross_in_one_place():
    assert mentioning("Clock.schedule_once") == {"mobile/app.py": 1}
    assert not mentioning("Clock.schedule_interval").keys() - {"mobile/app.py"}


def test_twilios_library_stays_at_the_carrier():
    importing = {
        str(path.parent)
        for path in product()
        if any(name.split(".")[0] == "twilio" for name in imports(path))
    }
    assert importing <= {"server/carriers", "server/sandbox"}


def test_one_module_on_each_side_reaches_libsodium():
    reaching = {
        str(path)
        for path in product()
        if {name.split(".")[0] for name in imports(path)} & {"nacl", "pysodium"}
    }
    assert reaching == {"shared/crypto.py"}


def test_modules_are_named_after_what_they_hold():
    assert [str(path) for path in modules(*PRODUCT, "tests") if path.name in SHAPELESS] == []


def test_modules_are_short():
    lengths = {str(path): len(text(path).splitlines()) for path in product() if not is_a_step(path)}
    assert {path: count for path, count in lengths.items() if count > LONGEST_MODULE} == {}


def test_functions_are_short():
    lengths = {
        f"{path}: {node.name}": (node.end_lineno or 0) - node.lineno + 1
        for path in product()
        if not is_a_step(path)
        for node in ast.walk(tree(path))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    }
    assert {name: count for name, count in lengths.items() if count > LONGEST_FUNCTION} == {}


def is_a_step(path: Path) -> bool:
    """A migration is one long list, written once."""
    return path.is_relative_to("server/migrations/versions")


def test_every_module_says_what_it_is_for():
    silent = [
        str(path)
        for path in [*product(), *modules("tests", "docs")]
        if text(path).strip() and ast.get_docstring(tree(path)) is None
    ]
    assert silent == []


def test_no_fault_is_swallowed():
    """A handler of everything that does nothing: on the way of an alarm, silence is a defect."""
    swallowing = [
        f"{path}:{node.lineno}"
        for path in product()
        for node in ast.walk(tree(path))
        if isinstance(node, ast.ExceptHandler)
        and (node.type is None or ast.unparse(node.type) in ("Exception", "BaseException"))
        and all(isinstance(step, ast.Pass | ast.Continue) for step in node.body)
    ]
    assert swallowing == []


def test_logs_name_rows_and_never_people():
    """A log call is a sentence that is written here, with ids and counts beside it."""
    loose = []
    for path in product():
        for name, call in calls(path):
            if re.fullmatch(r"(log|logger|logging)\.(debug|info|warning|error|exception)", name):
                said = [isinstance(one, ast.Constant) for one in call.args]
                if said != [True] or not extra_names(call) <= set(ALLOWED):
                    loose.append(f"{path}:{call.lineno}")
    assert loose == []


def extra_names(call: ast.Call) -> set[str]:
    extras = [word.value for word in call.keywords if word.arg == "extra"]
    names = [key for extra in extras if isinstance(extra, ast.Dict) for key in extra.keys]
    return {key.value if isinstance(key, ast.Constant) else "?" for key in names}


def test_every_text_that_is_said_is_written():
    keys = {
        (str(path), node.value)
        for path in modules("server", "mobile", "shared")
        for node in ast.walk(tree(path))
        if isinstance(node, ast.Constant)
        and isinstance(node.value, str)
        and re.fullmatch(r"(app|sms|web|sandbox)(\.[a-z0-9_]*[a-z0-9])+", node.value)
        and not node.value.endswith(".db")
    }
    domains = ("app", "sms", "web", "sandbox")
    known = {key for domain in domains for key in texts.strings(domain, "en")}
    parts = {key.rpartition(".")[0] for key in known}
    assert keys
    assert {(path, key) for path, key in keys if key not in known | parts} == set()
