"""What Android itself shows of the app, in the phone's language: resources from our catalogue."""

from collections.abc import Iterator
from pathlib import Path
from typing import Final
from xml.sax.saxutils import escape

from shared import texts

DOMAIN: Final = "guard"


def files() -> Iterator[tuple[Path, str]]:
    """Where each language's words go below Android's folder of resources, and the words."""
    for locale in texts.LOCALES:
        folder = "values" if locale == "en" else f"values-{locale}"
        yield Path(folder) / "guard.xml", _resources(texts.strings(DOMAIN, locale))


def write(resources: Path) -> None:
    for path, content in files():
        (resources / path).parent.mkdir(parents=True, exist_ok=True)
        (resources / path).write_text(content, "utf-8")


def _resources(words: dict[str, str]) -> str:
    lines = [
        f'    <string name="{key.replace(".", "_")}">{_value(text)}</string>'
        for key, text in sorted(words.items())
    ]
    inside = "\n".join(lines)
    return f'<?xml version="1.0" encoding="utf-8"?>\n<resources>\n{inside}\n</resources>\n'


def _value(text: str) -> str:
    """Android reads quotes and backslashes in its own way."""
    escaped = text.replace("\\", "\\\\").replace("'", "\\'").replace('"', '\\"')
    return escape(escaped)
