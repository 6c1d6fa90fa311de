"""Whatever the name, the place and the route: the text can be trusted to be what was promised."""

from datetime import timedelta
from string import ascii_letters

from hypothesis import given
from hypothesis import strategies as st

from shared import texts
from shared.geo import format_coordinates
from shared.texts import composer, is_gsm7, segments
from shared.texts.composer import (
    GSM7_LOCALES,
    AlertText,
    Route,
    compose_again,
    compose_alert,
)
from shared.texts.spelling import clean, in_gsm7
from shared.wire import Position
from tests.shared.sample import LINK, PRESSED_AT

ARABIC = st.characters(min_codepoint=0x627, max_codepoint=0x64A)
MONGOLIAN = st.sampled_from("абвгдеёжзийклмноөпрстуүфхцчшщъыьэюя")
LATIN = st.characters(
    min_codepoint=0x41, max_codepoint=0x17F, categories=["Lu", "Ll"], exclude_characters="µ"
)
LETTERS = {
    "ar": ARABIC,
    "mn": MONGOLIAN,
    "ru": MONGOLIAN,
    "zh": st.characters(min_codepoint=0x4E00, max_codepoint=0x9FA5),
    "fa": st.sampled_from("آابپتثجچحخدذرزژسشصضطظعغفقکگلمنوهی"),
    "my": st.characters(min_codepoint=0x1000, max_codepoint=0x1021),
    "am": st.characters(min_codepoint=0x1208, max_codepoint=0x1246),
} | dict.fromkeys(GSM7_LOCALES, LATIN)

routes = st.builds(Route, two_way=st.booleans(), links=st.booleans())
kinds = st.sampled_from(["alert", "drill"])
locales = st.sampled_from(texts.LOCALES)
zones = st.sampled_from(["Africa/Dakar", "Asia/Ulaanbaatar", "Asia/Kathmandu", "UTC", "Mars", ""])
sources = st.sampled_from(["gps", "network", "last_known"])
ages = st.timedeltas(timedelta(days=-400), timedelta(days=400_000))


def fixes(ages=ages, source=sources):
    return st.builds(
        Position,
        lat=st.floats(-90, 90),
        lon=st.floats(-180, 180),
        accuracy_m=st.none() | st.floats(0, 40_000_000),
        source=source,
        at=ages.map(lambda age: PRESSED_AT - age),
    )


def alerts(locale=locales, **changes):
    fields = {
        "name": st.text(min_size=1, max_size=60),
        "kind": kinds,
        "timezone": zones,
        "position": st.none() | fixes(),
        "battery": st.none() | st.floats(0, 1),
        "code_word": st.just("") | st.text(max_size=20),
    }
    constant = {"code": "K7P", "pressed_at": PRESSED_AT, "link": LINK}
    given_constants = {name: st.just(value) for name, value in constant.items()}
    return st.builds(AlertText, locale=locale, **(given_constants | fields | changes))


@given(alerts(), routes)
def test_any_alert_tells_who_and_where_and_ends_with_its_link(alert, route):
    said = compose_alert(alert, route)
    spell = in_gsm7 if alert.locale in GSM7_LOCALES else clean
    assert 1 <= len(said) <= 2
    assert (spell(alert.name) or alert.code) in said[0]
    assert all(alert.code in text for text in said)
    if alert.position is not None:
        assert format_coordinates(alert.position.lat, alert.position.lon) in said[0]
    if alert.code_word:
        assert spell(alert.code_word) in "\n".join(said)
    lines = "\n".join(said).split("\n")
    assert lines.count(LINK) == "\n".join(said).count("https://go") == int(route.links)
    assert (lines[-1] == LINK) is route.links


@given(alerts(), routes)
def test_every_text_of_a_drill_begins_with_the_word(alert, route):
    for text in (*compose_alert(alert, route), compose_again(alert, PRESSED_AT, route)):
        assert (text.split()[0] == "DRILL") is (alert.kind == "drill")


@given(alerts(), routes)
def test_nobody_is_asked_to_answer_where_nobody_can(alert, route):
    first = compose_alert(alert, route)[0]
    asked = [texts.say(f"sms.{key}", alert.locale) for key in ("reply", "reply_short")]
    assert any(words in first for words in asked) is route.two_way


@given(alerts(locale=st.sampled_from(sorted(GSM7_LOCALES))), routes)
def test_in_gsm7_languages_only_a_name_or_a_word_can_bring_in_another_script(alert, route):
    spelled = is_gsm7(in_gsm7(alert.name)) and is_gsm7(in_gsm7(alert.code_word))
    assert is_gsm7("".join(compose_alert(alert, route))) is spelled


@given(locales.flatmap(
    lambda locale: alerts(
        locale=st.just(locale),
        name=st.text(LETTERS[locale], min_size=1, max_size=13),
        code_word=st.just(""),
        position=st.none() | fixes(st.just(timedelta(0)), st.sampled_from(["gps", "network"])),
        kind=st.just("alert"),
        timezone=st.just("Africa/Dakar"),
    )
), routes)  # fmt: skip
def test_a_fresh_alert_with_an_everyday_name_takes_one_part_a_text(alert, route):
    said = (*compose_alert(alert, route), compose_again(alert, PRESSED_AT, route))
    assert [text for text in said if segments(text).parts > 1] == []


@given(
    alerts(
        locale=st.sampled_from(sorted(GSM7_LOCALES)),
        name=st.text(ascii_letters, min_size=1, max_size=20),
        code_word=st.text(ascii_letters, max_size=10),
    ),
    routes,
)
def test_in_gsm7_every_alert_with_a_name_of_twenty_letters_takes_one_part_a_text(alert, route):
    said = (*compose_alert(alert, route), compose_again(alert, PRESSED_AT, route))
    assert [text for text in said if segments(text).parts > 1] == []


@given(st.text(max_size=60), st.text(max_size=60), locales, kinds)
def test_follow_ups_take_one_part_whatever_the_names(name, who, locale, kind):
    said = [
        composer.compose_stop_claimed(name, "K7P", locale, kind),
        composer.compose_end(name, "K7P", "safe", locale, kind),
        composer.compose_end(name, "K7P", "false_alarm", locale, kind),
        composer.compose_end(name, "K7P", "closed", locale, kind),
        composer.compose_thanks(locale, "K7P", 1, who, kind),
        composer.compose_you_lead(name, "K7P", who, locale, kind),
        composer.compose_duty(name, "K7P", PRESSED_AT, locale, kind, board_stands=True),
        composer.compose_duty(name, "K7P", PRESSED_AT, locale, kind, board_stands=False),
        composer.compose_acting(name, "K7P", who, locale, kind),
        composer.compose_which([("K7P", name), ("M4Q", who)], locale, kind),
    ]
    assert {segments(text).parts for text in said} == {1}
    assert all("K7P" in text for text in said)
