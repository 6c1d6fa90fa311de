"""The catalogues agree with each other, and what is compiled is what is written."""

from pathlib import Path
from string import Formatter, digits
from typing import get_args

import pytest
from babel.messages.mofile import read_mo
from babel.messages.pofile import read_po

from shared import texts, wire
from shared.texts.catalogue import FOLDER
from shared.texts.composer import GSM7_LOCALES

# What only visitors of a demonstration read; all else is in every language.
IN_FEWER = {"sandbox"}
OFFERED = {
    file.stem: texts.SCREENS if file.stem in IN_FEWER else texts.LOCALES
    for file in sorted(FOLDER.glob("en/LC_MESSAGES/*.po"))
}
WRITTEN = [(locale, domain) for domain, locales in OFFERED.items() for locale in locales]


def source(locale: str, domain: str) -> Path:
    return FOLDER / locale / "LC_MESSAGES" / f"{domain}.po"


def written(locale: str, domain: str) -> dict[str, str]:
    with source(locale, domain).open("rb") as file:
        catalogue = read_po(file, locale=locale, domain=domain, abort_invalid=True)
    return {entry.id: "" if entry.fuzzy else entry.string for entry in catalogue if entry.id}


def placeholders(template: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(template) if name is not None}


def test_every_catalogue_is_offered_and_every_offer_has_its_catalogue():
    files = FOLDER.glob("*/LC_MESSAGES/*.po")
    assert sorted((file.parts[-3], file.stem) for file in files) == sorted(WRITTEN)


def test_the_languages_of_texts_are_those_of_the_wire():
    assert get_args(wire.Locale) == texts.LOCALES
    assert set(texts.LOCALES) > texts.RIGHT_TO_LEFT
    assert set(texts.LOCALES) > set(texts.SCREENS)


@pytest.mark.parametrize(("locale", "domain"), WRITTEN)
def test_every_language_has_every_key_translated(locale, domain):
    own, english = written(locale, domain), written("en", domain)
    assert own.keys() == english.keys()
    assert [key for key, text in own.items() if not text] == []
    assert {key.partition(".")[0] for key in own} == {domain}


@pytest.mark.parametrize(("locale", "domain"), WRITTEN)
def test_every_language_has_the_same_placeholders(locale, domain):
    own, english = written(locale, domain), written("en", domain)
    assert {key: placeholders(own[key]) for key in english} == {
        key: placeholders(text) for key, text in english.items()
    }


@pytest.mark.parametrize(("locale", "domain"), WRITTEN)
def test_what_is_compiled_is_what_is_written(locale, domain):
    with source(locale, domain).with_suffix(".mo").open("rb") as file:
        compiled = {entry.id: entry.string for entry in read_mo(file) if entry.id}
    assert compiled == written(locale, domain)


@pytest.mark.parametrize("locale", sorted(GSM7_LOCALES))
def test_texts_of_gsm7_languages_hold_gsm7_only(locale):
    """Spoken words are free: a voice needs the accents that a text cannot afford."""
    sent = {key: text for key, text in written(locale, "sms").items() if "sms.call" not in key}
    assert [key for key, text in sent.items() if not texts.is_gsm7(text)] == []


@pytest.mark.parametrize(("locale", "domain"), WRITTEN)
def test_no_text_shouts_and_digits_are_those_on_a_keypad(locale, domain):
    said = "".join(written(locale, domain).values())
    assert set(said) & set("!¡！") == set()
    assert {sign for sign in said if sign.isdigit()} <= set(digits)


def test_a_text_is_said_in_its_language():
    assert texts.say("sms.opening", "fr", name="Amina") == "Amina a besoin d'aide."


def test_a_language_without_a_catalogue_falls_back_to_english():
    assert texts.say("sms.opening", "xx", name="Amina") == "Amina needs help."


@pytest.mark.parametrize("key", ["sms.no_such_text", "nowhere.opening", "opening", ""])
@pytest.mark.parametrize("locale", ["en", "ar"])
def test_an_unknown_key_is_an_error(key, locale):
    with pytest.raises(KeyError):
        texts.say(key, locale)


def test_braces_in_a_value_stay_as_they_are():
    assert texts.say("sms.opening", "en", name="{name}") == "{name} needs help."


def test_strings_hands_over_a_whole_domain_unfilled():
    french = texts.strings("sms", "fr")
    assert french.keys() == written("fr", "sms").keys()
    assert french["sms.opening"] == "{name} a besoin d'aide."


def test_strings_takes_whole_parts_of_a_key():
    assert texts.strings("sms.opening", "en").keys() == {"sms.opening"}
    assert texts.strings("sms.open", "en") == {}
    assert texts.strings("sms.", "en") == texts.strings("sms", "en")
    assert texts.strings("sms", "xx") == texts.strings("sms", "en")
