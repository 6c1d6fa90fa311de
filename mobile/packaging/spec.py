"""The packager's settings, read as the packager reads them, and what they take along."""

from collections.abc import Iterator
from configparser import ConfigParser
from dataclasses import dataclass
from fnmatch import fnmatch
from pathlib import Path
from typing import Final

FOLDER: Final = Path(__file__).parent
ROOT: Final = FOLDER.parents[1]


class _Parser(ConfigParser):
    def optionxform(self, optionstr: str) -> str:
        return optionstr


@dataclass(frozen=True, slots=True)
class Spec:
    values: dict[str, str]
    includes: tuple[str, ...]

    def list(self, key: str) -> tuple[str, ...]:
        return tuple(part.strip() for part in self.values[key].split(","))

    @property
    def requirements(self) -> dict[str, str]:
        """Each with its version, or nothing where the packager brings the only one."""
        named = (one.partition("==") for one in self.list("requirements"))
        return {name: version for name, _, version in named}


def read(path: Path = FOLDER / "buildozer.spec") -> Spec:
    parser = _Parser(allow_no_value=True)
    parser.read_string(path.read_text("utf-8"))
    values = {key: value or "" for key, value in parser.items("app")}
    return Spec(values, tuple(parser.options("app:source.include_patterns")))


def packed(spec: Spec, root: Path = ROOT) -> Iterator[Path]:
    """Every file that goes into the package, relative to the root of the repository."""
    for path in sorted(root.rglob("*")):
        inside = path.relative_to(root)
        hidden = any(part.startswith(".") for part in inside.parts)
        if path.is_file() and not hidden and is_packed(spec, inside):
            yield inside


def is_packed(spec: Spec, path: Path) -> bool:
    """The packager asks first for the folder with its slash, then for the file, in lower case.

    What is named wins over what is left out, and everything is left out.
    """
    folder = "" if path.parent == Path() else f"{path.parent.as_posix().lower()}/"
    kind = path.suffix.removeprefix(".")
    return (
        (not folder or _is_named(spec, folder))
        and _is_named(spec, folder + path.name)
        and (not kind or kind in spec.list("source.include_exts"))
    )


def _is_named(spec: Spec, name: str) -> bool:
    return any(fnmatch(name, pattern.lower()) for pattern in spec.includes)
