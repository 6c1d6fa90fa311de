"""Compiles the Java helpers against hand-written signatures of Android and the app's resources."""

import re
import subprocess
from pathlib import Path
from xml.etree import ElementTree

from mobile.packaging import names
from mobile.packaging.manifest import ANDROID, PACKAGE
from mobile.packaging.spec import FOLDER

HELPERS = FOLDER / "java"
STUBS = Path(__file__).with_name("stubs.txt")


def compiled(
    helpers: Path, folder: Path, service: str | None = None
) -> subprocess.CompletedProcess[str]:
    """`service` is the class that the packager writes for ours, in place of the stub's."""
    sources = [*written_stubs(folder / "stubs"), resource_names(folder / "resources")]
    if service is not None:
        next((folder / "stubs").rglob("ServiceMemory.java")).write_text(service, "utf-8")
    return subprocess.run(
        ["javac", "-Xlint:cast,empty,fallthrough,overrides,rawtypes,static,unchecked", "-Werror"]
        + ["--release", "8", "-proc:none", "-Xlint:-options", "-d", str(folder / "classes")]
        + [str(path) for path in [*sources, *sorted(helpers.rglob("*.java"))]],
        capture_output=True,
        text=True,
        check=False,
    )


def written_stubs(folder: Path) -> list[Path]:
    written = []
    for block in STUBS.read_text("utf-8").split("\n== ")[1:]:
        name, _, body = block.partition("\n")
        package, _, short = name.rpartition(".")
        path = folder / package.replace(".", "/") / f"{short}.java"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(f"package {package};\n{body}", "utf-8")
        written.append(path)
    return written


def resource_names(folder: Path) -> Path:
    """R.java as Android's own tool makes it of the resources: the helpers may name no others."""
    kinds: dict[str, set[str]] = {}
    for path in (FOLDER / "resources").glob("*/*.xml"):
        kinds.setdefault(path.parent.name, set()).add(path.stem)
        for identity in re.findall(r"@\+id/(\w+)", path.read_text("utf-8")):
            kinds.setdefault("id", set()).add(identity)
    for path, content in names.files():
        if path.parent.name == "values":
            strings = ElementTree.fromstring(content).findall("string")
            kinds.setdefault("string", set()).update(one.get("name", "") for one in strings)
    classes = "\n".join(
        f"public static final class {kind} {{ {' '.join(constants(found))} }}"
        for kind, found in sorted(kinds.items())
    )
    path = folder / PACKAGE.replace(".", "/") / "R.java"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"package {PACKAGE};\npublic final class R {{\n{classes}\n}}\n", "utf-8")
    return path


def constants(found: set[str]) -> list[str]:
    return [f"public static final int {name} = {n};" for n, name in enumerate(sorted(found))]


def mentioned_resources(content: str) -> set[str]:
    """`@xml/widget`, `@string/guard_tap`: what a manifest or a resource points to."""
    root = ElementTree.fromstring(content)
    values = [value for part in root.iter() for value in part.attrib.values()]
    assert ANDROID in content
    return {value for value in values if re.fullmatch(r"@(?!android:|\+)\w+/\w+", value)}
