"""The Java helpers compile, keep to their few classes of Android, and name only our resources."""

import os
import re
import shutil
from pathlib import Path
from types import SimpleNamespace

import pytest

from mobile.packaging import spec
from mobile.packaging.manifest import PACKAGE
from mobile.packaging.spec import FOLDER
from tests.mobile.packaging.compiling import HELPERS, STUBS, compiled, mentioned_resources

SOURCES = sorted(HELPERS.rglob("*.java"))
IMPORT = re.compile(r"(?m)^import ([\w.]+);$")
STUBBED = {line[3:] for line in STUBS.read_text("utf-8").splitlines() if line.startswith("== ")}


@pytest.fixture
def compiler() -> None:
    if shutil.which("javac") is None:
        if os.environ.get("CI") == "true":
            pytest.fail("no javac: a JDK compiles the phone's helpers")
        pytest.skip("no javac: a JDK compiles the phone's helpers")


@pytest.mark.usefixtures("compiler")
def test_the_helpers_compile_without_a_warning(tmp_path: Path) -> None:
    done = compiled(HELPERS, tmp_path)
    assert done.stderr == ""
    assert done.returncode == 0
    made = {path.stem for path in (tmp_path / "classes").rglob("*.class") if "$" not in path.name}
    assert made >= {path.stem for path in SOURCES}


@pytest.mark.usefixtures("compiler")
def test_the_service_that_the_packager_writes_fits_ours(tmp_path: Path) -> None:
    packager = pytest.importorskip("pythonforandroid", reason="python-for-android is not installed")
    from jinja2 import Template

    common = Path(packager.__file__).parent / "bootstraps/common/build"
    name, entry, *options = spec.read().values["services"].split(":")
    base = spec.read().values["android.service_class_name"]
    service = Template((common / "templates/Service.tmpl.java").read_text("utf-8")).render(
        args=SimpleNamespace(package=PACKAGE, service_class_name=base, name="Calculator"),
        base_service_class=base.rpartition(".")[2],
        name=name,
        entrypoint=entry,
        service_id=1,
        sticky="sticky" in options,
        foreground="foreground" in options,
    )
    done = compiled(HELPERS, tmp_path, service)
    assert (done.stderr, done.returncode) == ("", 0)
    python_service = common / "src/main/java/org/kivy/android/PythonService.java"
    theirs = python_service.read_text("utf-8")
    for overridden in (
        "public void onCreate()",
        "public int onStartCommand(Intent intent, int flags, int startId)",
        "protected void doStartForeground(Bundle extras)",
        "protected Intent getThisDefaultIntent(Context ctx, String pythonServiceArgument)",
        "public void onDestroy()",
    ):
        assert overridden in theirs


SLIPS = {
    "R.string.guard_name": "R.string.guard_nome",
    "protected void doStartForeground(Bundle": "protected void doStartForground(Bundle",
    "builder.setOngoing(true)": "builder.setOngoing(1)",
}


@pytest.mark.usefixtures("compiler")
def test_a_slip_in_a_helper_is_found(tmp_path: Path) -> None:
    """The control: a resource that is not there, an override of nothing, a wrong argument."""
    helpers = tmp_path / "java"
    shutil.copytree(HELPERS, helpers)
    path = next(helpers.rglob("Keeper.java"))
    text = path.read_text("utf-8")
    for said, instead in SLIPS.items():
        assert said in text
        text = text.replace(said, instead)
    path.write_text(text, "utf-8")
    found = re.findall(r"Keeper\.java:\d+: error:", compiled(helpers, tmp_path).stderr)
    assert len(found) == len(SLIPS)


def test_the_helpers_import_nothing_but_android_and_the_packager() -> None:
    imported = {name for path in SOURCES for name in IMPORT.findall(path.read_text("utf-8"))}
    foreign = {name for name in imported if not name.startswith(("java.", "javax."))}
    assert foreign
    assert foreign - STUBBED == set()


def test_the_helpers_stand_in_the_package_that_android_knows() -> None:
    for path in SOURCES:
        assert path.read_text("utf-8").startswith(f"package {PACKAGE};\n"), path.name


def test_the_helpers_log_nothing_and_write_two_small_files() -> None:
    said = "\n".join(path.read_text("utf-8") for path in SOURCES)
    assert re.findall(r"\b(?:Log|System\.out|System\.err|printStackTrace)\b", said) == []
    assert re.findall(r"FileOutputStream|openFileOutput|getExternal\w+", said) == []
    assert said.count("getSharedPreferences") == 2


def test_the_window_is_kept_out_of_screenshots_before_anything_is_drawn() -> None:
    front = next(path for path in SOURCES if path.name == "Front.java").read_text("utf-8")
    assert front.index("FLAG_SECURE") < front.index("super.onCreate")


def test_every_resource_that_a_resource_names_is_there() -> None:
    for path in (FOLDER / "resources").glob("*/*.xml"):
        content = path.read_text("utf-8")
        if "schemas.android.com" in content:
            missing = {
                name
                for name in mentioned_resources(content)
                if not name.startswith("@string/guard_")
                and not (FOLDER / "resources" / f"{name[1:]}.xml").is_file()
            }
            assert missing == set(), path.name
