"""What each text costs in each language, with the longest names, places and words there can be."""

from datetime import timedelta

import pytest

from shared import texts
from shared.texts import composer, segments
from shared.texts.composer import GSM7_LOCALES, compose_again, compose_alert, compose_place
from shared.texts.spelling import in_gsm7
from tests.shared.sample import BOTH_WAYS, LINK, NAMES, PRESSED_AT, alert, fix

LONGEST_LABEL = 60
LONGEST_WORD = 20
WORD_THAT_FITS = 10
FARTHEST = {"lat": -89.9999, "lon": -179.9999, "accuracy_m": 9_999}
WIDE = [locale for locale in texts.LOCALES if locale not in GSM7_LOCALES]

# A letter that costs as much as a letter can in this language.
LETTER = {
    "en": "W",
    "fr": "œ",
    "es": "Ñ",
    "pt": "ã",
    "tr": "ğ",
    "ar": "ع",
    "mn": "щ",
    "ru": "щ",
    "zh": "\U00020000",
    "fa": "ژ",
    "my": "ဩ",
    "am": "ኳ",
}

labels = pytest.mark.parametrize("locale", texts.LOCALES)
kinds = pytest.mark.parametrize("kind", ["alert", "drill"])


def parts(said):
    return [segments(text).parts for text in said]


def longest(locale):
    return LETTER[locale] * LONGEST_LABEL


def every_follow_up(name, who, office, locale, kind):
    about = (name, "K7P")
    return {
        "stop claimed": composer.compose_stop_claimed(*about, locale, kind),
        "safe": composer.compose_end(*about, "safe", locale, kind),
        "false alarm": composer.compose_end(*about, "false_alarm", locale, kind),
        "closed": composer.compose_end(*about, "closed", locale, kind),
        "acting": composer.compose_acting(*about, who, locale, kind),
        "you lead": composer.compose_you_lead(*about, who, locale, kind),
        "still acting": composer.compose_still_acting(*about, locale, kind),
        "nobody acts": composer.compose_nobody_acts(*about, locale, kind),
        "welfare": composer.compose_welfare(*about, locale, kind),
        "which": composer.compose_which([("K7P", name), ("M4Q", who)], locale, kind),
        "thanks": composer.compose_thanks(locale, "K7P", 1, kind=kind),
        "thanks, cannot": composer.compose_thanks(locale, "K7P", 2, kind=kind),
        "thanks, another leads": composer.compose_thanks(locale, "K7P", 1, who, kind),
        "not understood": composer.compose_not_understood(locale, kind),
        "no alert open": composer.compose_no_alert_open(locale),
        "agreed": composer.compose_invitation_answer(locale, agreed=True),
        "declined": composer.compose_invitation_answer(locale, agreed=False),
        "duty": composer.compose_duty(office, "K7P", PRESSED_AT, locale, kind, board_stands=True),
        "duty, no board": composer.compose_duty(
            office, "K7P", PRESSED_AT, locale, kind, board_stands=False
        ),
    }


@labels
@kinds
def test_every_follow_up_takes_one_part_whatever_the_names(locale, kind):
    long = longest(locale)
    for name, who, office in [(long, long, long), (NAMES[locale], "Omar", "Dakar")]:
        said = every_follow_up(name, who, office, locale, kind)
        assert {what: text for what, text in said.items() if segments(text).parts > 1} == {}
        assert len(set(said.values())) == len(said)


@labels
def test_every_everyday_alert_takes_one_part_a_text(locale):
    usual = alert(locale)
    moved = alert(locale, position=fix(at=PRESSED_AT + timedelta(minutes=20)))
    again_at = PRESSED_AT + timedelta(minutes=20)
    said = [
        *compose_alert(usual, BOTH_WAYS),
        compose_again(moved, again_at, BOTH_WAYS),
        compose_place(moved, again_at, BOTH_WAYS),
        composer.compose_moved(moved, again_at),
        composer.compose_battery_low(moved, again_at),
        composer.compose_silent(moved, again_at),
    ]
    assert parts(said) == [1] * len(said)


@labels
def test_the_farthest_place_of_an_hour_ago_with_a_code_word_takes_one_part_a_text(locale):
    old = fix(age=timedelta(hours=1), **FARTHEST)
    word = NAMES[locale][0] * WORD_THAT_FITS
    said = compose_alert(alert(locale, position=old, code_word=word), BOTH_WAYS)
    assert "S89.9999 W179.9999" in said[0]
    assert word in "".join(said)
    assert parts(said) == [1] * len(said)


@labels
@kinds
def test_the_longest_code_word_is_said_whole_and_costs_one_part_more_at_most(locale, kind):
    word = LETTER[locale] * LONGEST_WORD
    said = compose_alert(alert(locale, code_word=word, kind=kind), BOTH_WAYS)
    assert (in_gsm7(word) if locale in GSM7_LOCALES else word) in "".join(said)
    assert max(parts(said)) <= 2


@labels
@kinds
def test_news_stands_alone_in_one_part_with_the_farthest_place(locale, kind):
    far = alert(locale, kind=kind, position=fix(**FARTHEST), battery=0.05)
    said = {
        "moved": composer.compose_moved(far, PRESSED_AT),
        "battery low": composer.compose_battery_low(far, PRESSED_AT),
        "silent": composer.compose_silent(far, PRESSED_AT),
    }
    assert {what: text for what, text in said.items() if segments(text).parts > 1} == {}
    assert len(set(said.values())) == len(said)
    name = in_gsm7(NAMES[locale]) if locale in GSM7_LOCALES else NAMES[locale]
    for text in said.values():
        assert all(fact in text for fact in (name, "14:02", "S89.9999 W179.9999", "K7P"))
        assert text.startswith("DRILL ") == (kind == "drill")
        assert LINK not in text
    assert "5" in said["battery low"].replace("S89.9999 W179.9999", "")


@labels
def test_a_drill_with_the_farthest_place_takes_one_part_a_text(locale):
    drill = alert(locale, position=fix(**FARTHEST), kind="drill")
    said = compose_alert(drill, BOTH_WAYS)
    assert parts(said) == [1] * len(said)


@labels
def test_the_longest_name_is_said_whole_and_the_link_stays_in_one_piece(locale):
    name = longest(locale)
    said = compose_alert(alert(locale, name=name), BOTH_WAYS)
    spelled = in_gsm7(name) if locale in GSM7_LOCALES else name
    assert spelled in said[0]
    assert said[-1].endswith(f"\n{LINK}")
    assert max(parts(said)) <= 3


@pytest.mark.parametrize("locale", sorted(GSM7_LOCALES))
def test_where_letters_are_narrow_everything_goes_into_one_text(locale):
    (text,) = compose_alert(alert(locale), BOTH_WAYS)
    assert segments(text).encoding == "GSM-7"
    assert in_gsm7(NAMES[locale]) in text
    assert "18" in text
    assert text.endswith(LINK)


@pytest.mark.parametrize("locale", WIDE)
def test_where_letters_are_wide_who_where_and_how_to_answer_go_first(locale):
    first, more = compose_alert(alert(locale), BOTH_WAYS)
    who, place, answer = first.split("\n")
    assert NAMES[locale] in who
    assert who.endswith(" 14:02")
    assert place.startswith("N14.6937 W17.4441 ±25")
    assert answer.endswith(" K7P")
    assert {"1", "2"} <= set(answer)
    assert more == f"K7P {NAMES[locale]} 18%\n{LINK}"


@labels
def test_an_invitation_says_who_asks_in_one_part(locale):
    said = composer.compose_invitation(NAMES[locale], longest(locale), locale)
    assert in_gsm7(NAMES[locale]) in said or NAMES[locale] in said
    assert segments(said).parts == 1


@labels
def test_a_reminder_says_who_asks_in_one_part(locale):
    said = composer.compose_reminder(NAMES[locale], longest(locale), locale)
    assert in_gsm7(NAMES[locale]) in said or NAMES[locale] in said
    assert segments(said).parts == 1
    assert said != composer.compose_invitation(NAMES[locale], longest(locale), locale)


@labels
def test_a_line_of_care_follows_an_everyday_name(locale):
    for ending in ("safe", "false_alarm"):
        said = composer.compose_end(NAMES[locale], "K7P", ending, locale, "alert")
        assert said.endswith(f"\n{texts.say('sms.after_care', locale)}")


@labels
def test_the_office_on_duty_is_named_where_there_is_room(locale):
    known = composer.compose_duty("Dakar", "K7P", PRESSED_AT, locale, "alert", board_stands=True)
    assert "Dakar" in known
    unknown = composer.compose_duty(
        longest(locale) * 4, "K7P", PRESSED_AT, locale, "alert", board_stands=True
    )
    assert texts.say("sms.the_office", locale) in unknown


@labels
def test_every_language_has_words_of_its_own(locale):
    if locale != "en":
        own, english = texts.strings("sms", locale), texts.strings("sms", "en")
        same = {key for key in own if own[key] == english[key]}
        assert same <= {"sms.source_gps", "sms.metres", "sms.kilometres", "sms.at"}
