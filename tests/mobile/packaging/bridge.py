"""Android as Python sees it: the helpers by what their Java says, and every class asked for."""

import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from types import ModuleType
from typing import Any

from mobile.packaging.spec import FOLDER

HELPERS = "org.handysums.calculator"
METHOD = re.compile(
    r"^    public static (?:synchronized )?(?P<kind>[\w\[\]]+) (?P<name>\w+)\((?P<given>[^)]*)\)",
    re.MULTILINE,
)
ON_ANDROID = ("mobile.device.android", "mobile.device.android_key", "mobile.handset")


class JavaException(Exception):
    """As the bridge raises it: with the name of the Java class."""

    def __init__(self, classname: str) -> None:
        super().__init__(classname)
        self.classname = classname


class Bytes(list[int]):
    """What the bridge makes of a `byte[]`."""

    def tolist(self) -> list[int]:
        return list(self)


@dataclass
class Android:
    """What the helpers answer, by `Class.method`, and what they were asked."""

    answers: dict[str, Any] = field(default_factory=dict)
    asked: list[tuple[str, tuple[Any, ...]]] = field(default_factory=list)
    classes: set[str] = field(default_factory=set)
    context: Any = None

    def autoclass(self, name: str) -> Any:
        self.classes.add(name)
        if name == "java.util.TimeZone":
            return TimeZone
        if not name.startswith(f"{HELPERS}."):
            return type("Class", (), {"mActivity": self.context, "mService": self.context})
        methods = {
            method: self._method(f"{name.rpartition('.')[2]}.{method}", kind, arity)
            for method, kind, arity in public_methods(name)
        }
        return type("Class", (), methods)

    def said(self, name: str) -> list[tuple[Any, ...]]:
        return [given for asked, given in self.asked if asked == name]

    def _method(self, name: str, kind: str, arity: set[int]) -> Any:
        def call(*given: Any) -> Any:
            assert len(given) in arity, f"{name} takes {arity} values"
            self.asked.append((name, given))
            answer = self.answers.get(name, [] if kind.endswith("[]") else None)
            if isinstance(answer, list) and answer and isinstance(answer[0], list):
                return answer.pop(0)
            return answer(*given) if callable(answer) else answer

        return staticmethod(call)


def handset(folder: Path) -> Android:
    """One that keeps its files in `folder`; its key hides nothing, and it lies in Dakar."""
    bridge = Android(context=Folder(folder))
    bridge.answers = {
        "Key.seal": lambda message, about: Bytes(about + bytes(message)),
        "Key.unseal": lambda box, about: Bytes(bytes(box)[len(about) :]),
        "Places.newest": Place(),
        "Places.ageMs": 0,
        "Power.charge": 64,
        "Keeper.start": True,
        "Front.takenLink": "",
    }
    return bridge


def public_methods(name: str) -> Iterator[tuple[str, str, set[int]]]:
    """Each public static method of a helper: name, kind of answer, how many values it takes."""
    path = FOLDER / "java" / f"{name.replace('.', '/')}.java"
    found: dict[str, tuple[str, set[int]]] = {}
    for method in METHOD.finditer(path.read_text("utf-8")):
        arity = len([one for one in method["given"].split(",") if one.strip()])
        kind, known = found.get(method["name"], (method["kind"], set()))
        found[method["name"]] = kind, known | {arity}
    yield from ((name, kind, arity) for name, (kind, arity) in found.items())


@contextmanager
def on_android(android: Android) -> Iterator[None]:
    """The bridge's module is there, and what needs it is loaded anew."""
    bridge = ModuleType("jnius")
    vars(bridge).update(autoclass=android.autoclass, JavaException=JavaException)
    before = {name: sys.modules.pop(name, None) for name in ("jnius", *ON_ANDROID)}
    sys.modules["jnius"] = bridge
    try:
        yield
    finally:
        for name, module in before.items():
            sys.modules.pop(name, None)
            if module is not None:
                sys.modules[name] = module


@dataclass(frozen=True)
class Place:
    """An `android.location.Location`."""

    lat: float = 14.6937
    lon: float = -17.4441
    metres: float | None = 25.0
    provider: str = "gps"

    def getLatitude(self) -> float:
        return self.lat

    def getLongitude(self) -> float:
        return self.lon

    def hasAccuracy(self) -> bool:
        return self.metres is not None

    def getAccuracy(self) -> float:
        return self.metres or 0.0

    def getProvider(self) -> str:
        return self.provider


class TimeZone:
    @staticmethod
    def getDefault() -> "TimeZone":
        return TimeZone()

    def getID(self) -> str:
        return "Asia/Yangon"


@dataclass(frozen=True)
class Folder:
    """A `Context` as far as the app asks it, with Android's folder that no backup takes."""

    path: Path

    def getNoBackupFilesDir(self) -> "Folder":
        return self

    def getAbsolutePath(self) -> str:
        return str(self.path)
