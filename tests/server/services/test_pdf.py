"""Documents on paper: content is data, letters are shaped, and a fault stays in its process."""

import io
import json
from typing import Any

import pypdf
import pytest

from server import documents
from server.documents import NotPrinted
from server.services import pdf
from shared import texts
from tests.server.services.test_geojson import NOW
from tests.support.record import words_of

# What would be markup, code, a reference, an escape or an import in the language of the pages.
MARKUP = (
    "#panic()",
    '#import "sheet.typ": *',
    "#sys.inputs",
    "$a^2$",
    "[x]",
    "@ana",
    "<ana>",
    "*bold*",
    "_it_",
    "= head",
    "`raw`",
    "\\u{41}",
    "\\",
    "// gone",
    "/* gone */",
    "~",
    "--",
    '"',
    "{",
    "http://go.example.org",
)
SCRIPTS = {
    "en": "Amina Ndiaye, Łódź, Ελένη",
    "ru": "Анна Қазақ",
    "ar": "أمينة اعتُقلت الساعة 14:02",
    "am": "አማርኛ",
    "my": "မြန်မာ",
    "zh": "被捕 한국어 かな",
    "km": "ស្ត្រីម្នាក់",
    "hi": "हिन्दी বাংলা தமிழ் ไทย עברית հայ ქართ",
}


def sheet(text: str) -> dict[str, Any]:
    fact = {"label": text, "values": [{"text": text, "ltr": False}]}
    entry = {"at": "2026-11-23", "recorded": "05:02", "actor": text, "sentence": text, "said": text}
    contact = {"label": text, "name": text, "phone": "", "ring": "1", "answer": text}
    return {
        "title": text,
        "drill": text,
        "summary": [fact],
        "who": [fact],
        "where": [fact],
        "contacts": [{**contact, "delivery": text}],
        "zone": text,
        "timeline": [entry],
    }


@pytest.mark.parametrize("text", MARKUP)
def test_no_word_is_read_as_markup(text: str) -> None:
    said = words_of(pdf.incidents([sheet(f"a {text} z")], "K7P", "en", text, NOW))
    assert said.count(f"a {text} z") >= 10


def test_all_of_it_at_once_in_an_urgent_action() -> None:
    text = " ".join(MARKUP)
    parts = [{"title": "Who", "paragraphs": [text]}]
    made = pdf.urgent_action(parts, [], code="K7P", locale="en", by="Noor", mark="DRAFT", now=NOW)
    assert "".join(text.split()) in "".join(words_of(made).split())
    assert "DRAFT" in words_of(made)


@pytest.mark.parametrize("locale", texts.LOCALES)
def test_every_language_has_letters_for_all_of_its_words(locale: str) -> None:
    """Every sign has a glyph: a font that lacks one would print a box."""
    words = " ".join(texts.strings("record.doc", locale).values())
    assert lacking(words.replace("{", "").replace("}", "")) == []


@pytest.mark.parametrize("script", SCRIPTS)
def test_names_of_the_world_have_letters(script: str) -> None:
    assert lacking(SCRIPTS[script]) == []


def test_a_sign_that_no_font_has_is_found() -> None:
    assert lacking("a𒀀") == ["𒀀"]


def lacking(text: str) -> list[str]:
    """The signs that no font on the page has."""
    made = pdf.incidents([sheet(text)], "K7P", "en", "Noor", NOW)
    fonts = {
        str(font.get_object()["/BaseFont"])
        for page in pypdf.PdfReader(io.BytesIO(made)).pages
        for font in page["/Resources"]["/Font"].values()
    }
    assert all("NotoSans" in name for name in fonts), fonts
    covered = {point for name in fonts for point in coverage(name.partition("+")[2])}
    return sorted({sign for sign in text if not sign.isspace() and ord(sign) not in covered})


def coverage(base: str) -> set[int]:
    from fontTools.ttLib import TTFont  # type: ignore[import-untyped]

    folder = documents.TYPESETTER.parent / "fonts"
    name = base.partition("-Identity")[0]
    file = next(path for path in folder.glob("*.?tf") if path.stem == name)
    return set(TTFont(file).getBestCmap())


def test_right_to_left_is_marked_as_such() -> None:
    made = pdf.incidents([sheet(SCRIPTS["ar"])], "K7P", "ar", "Noor", NOW)
    reader = pypdf.PdfReader(io.BytesIO(made))
    assert reader.trailer["/Root"]["/Lang"] == "ar"


def test_a_fault_is_told_without_its_words() -> None:
    with pytest.raises(NotPrinted) as told:
        documents.printed("incidents", {"title": "Ana Diop"})
    assert "Ana" not in str(told.value)
    with pytest.raises(NotPrinted):
        documents.printed("no_such_page", {})


def test_a_page_that_takes_too_long_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(documents, "PATIENCE", 0.01)
    with pytest.raises(NotPrinted, match="too long"):
        pdf.incidents([sheet("x")], "K7P", "en", "Noor", NOW)


def test_the_same_content_makes_the_same_bytes() -> None:
    first, second = (pdf.incidents([sheet("x")], "K7P", "en", "Noor", NOW) for _ in range(2))
    assert first == second
    assert json.dumps(pypdf.PdfReader(io.BytesIO(first)).metadata, default=str).count("2026") == 0
