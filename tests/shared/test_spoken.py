"""What a call says, and in which language."""

from datetime import UTC, datetime

import pytest

from shared import texts
from shared.texts import spoken

PRESSED = datetime(2026, 11, 22, 14, 2, tzinfo=UTC)


def alert(locale="en", name="Ana", kind="alert", timezone="Africa/Dakar"):
    return spoken.alert(name, "K7P", kind, PRESSED, timezone, locale)


def duty_words(locale, *, board_stands):
    return spoken.duty("Dakar", "K7P", False, locale, board_stands=board_stands).words


def test_a_call_says_who_when_and_which_keys():
    words = alert().words
    assert words.startswith("Ana needs help. The call for help came at 14:02.")
    assert words.index("Press 1") < words.index("Press 2") < words.index("Press 3")


def test_a_drill_says_so_first():
    assert alert(kind="drill").words.startswith("This is a drill. Ana")
    said = spoken.duty("Dakar", "K7P", True, "en", board_stands=True)
    assert said.words.startswith("This is a drill. Alert")


def test_the_time_is_the_activists_own():
    assert "at 22:02." in alert(timezone="Asia/Ulaanbaatar").words
    assert "at 14:02 UTC." in alert(timezone="nowhere").words


def test_a_code_is_spelled_out_and_stands_in_for_a_name():
    assert "Alert K 7 P." in duty_words("en", board_stands=True)
    assert alert(name="").words.startswith("K 7 P needs help.")


@pytest.mark.parametrize("locale", texts.LOCALES)
def test_every_language_is_spoken_by_a_voice_of_its_own_or_in_english(locale):
    said = alert(locale)
    voiced = locale if locale in spoken.VOICES else "en"
    assert said.locale == voiced
    assert (said.language, said.voice) == spoken.VOICES[voiced]
    assert (said.words == alert("en").words) == (voiced == "en")
    assert spoken.noted(locale).locale == spoken.closed(locale).locale == voiced


@pytest.mark.parametrize("locale", spoken.VOICES)
def test_a_duty_phone_hears_whether_a_board_is_open_and_which_key_confirms(locale):
    keys = spoken.duty_keys(locale).words
    taken, alone = (duty_words(locale, board_stands=stands) for stands in (True, False))
    assert taken != alone
    for words in (taken, alone):
        assert "Dakar" in words
        assert words.endswith(keys)
    assert "1" in keys


def test_languages_without_a_voice_are_known():
    assert set(texts.LOCALES) - set(spoken.VOICES) == {"mn", "fa", "my", "am"}


def test_a_language_nobody_knows_is_called_in_english():
    assert spoken.keys("xx").locale == "en"
