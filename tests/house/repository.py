"""The files of the repository, read once: what the house rules look at."""

import ast
import subprocess
from collections.abc import Iterator
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parents[2]
PRODUCT = ("server", "shared", "mobile")


@cache
def files() -> tuple[Path, ...]:
    """Every file that is, or is about to be, in the repository; relative to its root."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        check=True,
        capture_output=True,
        text=True,
    )
    paths = {Path(name) for name in listed.stdout.split("\0") if name}
    return tuple(sorted(path for path in paths if (ROOT / path).is_file()))


@cache
def text(path: Path) -> str:
    """What a file says; nothing of one that is no text."""
    try:
        return (ROOT / path).read_text("utf-8")
    except UnicodeDecodeError:
        return ""


@cache
def tree(path: Path) -> ast.Module:
    return ast.parse(text(path))


def modules(*rooms: str) -> list[Path]:
    """Python files below these folders, such as `server` or `server/web`."""
    return [
        path
        for path in files()
        if path.suffix == ".py" and any(path.is_relative_to(room) for room in rooms)
    ]


def product() -> list[Path]:
    return [Path("main.py"), *modules(*PRODUCT)]


def calls(path: Path) -> Iterator[tuple[str, ast.Call]]:
    """Every call in a module with its name as it is written: `tx.run`, `print`."""
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute | ast.Name):
            yield ast.unparse(node.func), node


def imports(path: Path) -> Iterator[str]:
    """The full name of everything a module imports."""
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def mentioning(name: str) -> dict[str, int]:
    """Product modules that say this dotted name in code, and how often."""
    wanted = name.split(".")
    counted = {
        str(path): sum(
            isinstance(node, ast.Attribute)
            and ast.unparse(node).split(".")[-len(wanted) :] == wanted
            for node in ast.walk(tree(path))
        )
        for path in product()
    }
    return {path: count for path, count in counted.items() if count}
