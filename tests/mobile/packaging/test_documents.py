"""The page for the person who installs it, in every language of the texts; the recipe's bill."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

from mobile.packaging import bill, spec
from shared import texts
from tests.mobile.packaging import test_spec

DOCS = spec.ROOT / "docs"
LINES_AT_MOST = 60


def page(locale: str) -> str:
    name = "install-phone.md" if locale == "en" else f"install-phone.{locale}.md"
    return (DOCS / name).read_text("utf-8")


def form(text: str) -> list[str]:
    """Headings, points and steps, without their words."""
    return re.findall(r"(?m)^(#+|-|\d\.) ", text)


def test_there_is_a_page_for_every_language_and_no_other() -> None:
    found = {path.name for path in DOCS.glob("install-phone*.md")}
    others = set(texts.LOCALES) - {"en"}
    assert found == {"install-phone.md", *(f"install-phone.{locale}.md" for locale in others)}


@pytest.mark.parametrize("locale", texts.LOCALES)
def test_every_page_says_as_much_as_the_english_one(locale: str) -> None:
    text = page(locale)
    assert form(text) == form(page("en"))
    assert len(text.splitlines()) <= LINES_AT_MOST
    assert "`apksigner verify --print-certs calculator.apk`" in text
    assert texts.say("guard.name", locale).replace("\u200b", "") in text
    assert not set("!¡！") & set(text)
    assert (locale in texts.RIGHT_TO_LEFT) == ('<div dir="rtl">' in text)


@pytest.mark.parametrize("locale", [one for one in texts.LOCALES if one != "en"])
def test_the_english_page_leads_to_every_other(locale: str) -> None:
    assert f"(install-phone.{locale}.md)" in page("en")


def test_the_check_list_is_numbered_and_says_what_to_see() -> None:
    text = (DOCS / "device-checklist.md").read_text("utf-8")
    rows = re.findall(r"(?m)^\| (\d+) \| (.+?) \| (.+?) \|$", text)
    assert [int(number) for number, _, _ in rows] == list(range(1, len(rows) + 1))
    assert len(rows) >= 20


def test_the_page_for_builders_names_what_comes_out() -> None:
    text = (DOCS / "building-the-phone.md").read_text("utf-8")
    settings = spec.read()
    name = settings.values["package.name"]
    version = settings.values["version"]
    archs = "_".join(settings.list("android.archs"))
    assert f"{name}-{version}-{archs}-release-unsigned.apk" in text


def test_the_container_installs_the_packager_that_the_settings_ask_for() -> None:
    said = {name: version for kind, name, version in bill.container() if kind == "tool"}
    year, month, day = said["python-for-android"].split(".")
    assert spec.read().values["p4a.branch"] == f"v{year}.{int(month):02}.{int(day):02}"
    assert f"buildozer-{said['buildozer']}-keys.txt" == test_spec.KEYS.name


def test_the_bill_names_every_part_by_version() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "mobile.packaging.bill"],
        capture_output=True,
        text=True,
        check=True,
        cwd=Path(spec.ROOT),
    )
    rows = {tuple(line.split(maxsplit=2)[:2]) for line in done.stdout.splitlines()}
    assert {("base", "debian"), ("android", "ndk"), ("tool", "buildozer")} <= rows
    named = {name for _, name in rows}
    assert named >= set(spec.read().requirements)
