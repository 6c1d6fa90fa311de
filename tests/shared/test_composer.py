"""The texts to contacts, word for word."""

from datetime import timedelta

import pytest
from bidi.algorithm import get_display

from shared import texts
from shared.texts import composer, segments
from shared.texts.composer import compose_again, compose_alert
from tests.shared.sample import BOTH_WAYS, LINK, NO_LINKS, ONE_WAY, PRESSED_AT, alert, fix

HOUR = timedelta(hours=1)


def test_the_english_sample_is_one_part():
    (text,) = compose_alert(alert(), BOTH_WAYS)
    assert text == (
        "Amina needs help. 14:02 at N14.6937 W17.4441 within 25m (GPS). Battery 18%. K7P\n"
        "Reply 1 I act, 2 I cannot\n"
        "https://go.example.org/t#Q7fK2mZx9LrT4vBn8HsWpA"
    )
    assert segments(text) == ("GSM-7", 153, 1)


def test_the_french_text_says_the_same_in_one_part():
    (text,) = compose_alert(alert("fr"), BOTH_WAYS)
    assert text == (
        "Amina a besoin d'aide. 14:02, N14.6937 W17.4441 à 25m près (GPS). Batterie 18%. K7P\n"
        f"Répondre 1 j'agis, 2 non\n{LINK}"
    )
    assert segments(text) == ("GSM-7", 156, 1)


def test_the_arabic_sample_is_two_texts_of_one_part():
    first, more = compose_alert(alert("ar"), BOTH_WAYS)
    assert first == "نداء نجدة من أمينة 14:02\nN14.6937 W17.4441 ±25م\nالرد 1 نعم 2 لا K7P"
    assert more == "K7P أمينة 18%\nhttps://go.example.org/t#Q7fK2mZx9LrT4vBn8HsWpA"
    assert segments(first) == ("UCS-2", 67, 1)
    assert segments(more) == ("UCS-2", 61, 1)


def test_the_mongolian_text_is_two_texts_of_one_part():
    first, more = compose_alert(alert("mn", position=fix(lat=47.9184, lon=106.9177)), BOTH_WAYS)
    assert first == "SOS: Амина 14:02\nN47.9184 E106.9177 ±25м\nХариу 1 тийм 2 үгүй K7P"
    assert more == f"K7P Амина 18%\n{LINK}"
    assert segments(first) == ("UCS-2", 64, 1)


@pytest.mark.parametrize("direction", ["L", "R"])
def test_coordinates_read_left_to_right_in_either_kind_of_line(direction):
    first, _ = compose_alert(alert("ar"), BOTH_WAYS)
    shown = [get_display(line, base_dir=direction) for line in first.split("\n")]
    assert "14:02" in shown[0]
    assert "N14.6937 W17.4441 ±25" in shown[1]
    assert "K7P" in shown[2]


def test_the_clock_is_the_activist_s():
    (text,) = compose_alert(alert(timezone="Asia/Ulaanbaatar"), BOTH_WAYS)
    assert "22:02 at" in text


@pytest.mark.parametrize("timezone", ["Mars/Olympus", "", "../etc/passwd", "Africa", "a\0b"])
def test_an_unknown_zone_becomes_utc_and_says_so(timezone):
    (text,) = compose_alert(alert(timezone=timezone), BOTH_WAYS)
    assert "14:02 UTC at" in text


@pytest.mark.parametrize(
    ("position", "said"),
    [
        (fix(), "14:02 at N14.6937 W17.4441 within 25m (GPS)."),
        (fix(age=5 * HOUR / 60), "14:02 at N14.6937 W17.4441 within 25m (GPS)."),
        (fix(age=-HOUR), "14:02 at N14.6937 W17.4441 within 25m (GPS)."),
        (
            fix(age=5.02 * HOUR / 60),
            "14:02, last known 13:56 at N14.6937 W17.4441 within 25m (GPS).",
        ),
        (
            fix(age=HOUR, source="network"),
            "14:02, last known 13:02 at N14.6937 W17.4441 within 25m",
        ),
        (fix(source="last_known"), "14:02, last known 14:02 at N14.6937 W17.4441 within 25m."),
        (fix(age=15 * HOUR), "14:02, last known 2026-11-21 23:02 at N14.6937 W17.4441 within 25m"),
        (fix(accuracy_m=None), "14:02 at N14.6937 W17.4441 (GPS)."),
        (fix(accuracy_m=0), "within 1m (GPS)."),
        (fix(accuracy_m=25.1, source="network"), "within 26m (network)."),
        (fix(accuracy_m=9_999.5), "within 10km"),
        (fix(accuracy_m=40_000_000), "within 40000km"),
        (None, "14:02, place not known yet."),
    ],
)
def test_where_how_sure_how_old_and_by_which_source(position, said):
    (text,) = compose_alert(alert(name="Al", position=position, battery=None), BOTH_WAYS)
    assert said in text


@pytest.mark.parametrize(("battery", "said"), [(0, "0%"), (0.29, "29%"), (1, "100%")])
def test_the_battery(battery, said):
    assert f"Battery {said}. K7P" in compose_alert(alert(battery=battery), BOTH_WAYS)[0]


def test_an_unknown_battery_is_left_out():
    assert "Battery" not in compose_alert(alert(battery=None), BOTH_WAYS)[0]


def test_what_goes_first_when_there_is_no_room():
    names = {
        "source": "Amina Ndiaye Sy",
        "battery": "Amina Ndiaye Fall Sarr",
        "link": "Amina Ndiaye Fall Sarr Cisse Diop",
    }
    without = {gone: compose_alert(alert(name=name), BOTH_WAYS) for gone, name in names.items()}
    assert without["source"] == (
        "Amina Ndiaye Sy needs help. 14:02 at N14.6937 W17.4441 within 25m. Battery 18%. K7P\n"
        f"Reply 1 I act, 2 I cannot\n{LINK}",
    )
    assert without["battery"] == (
        "Amina Ndiaye Fall Sarr needs help. 14:02 at N14.6937 W17.4441 within 25m. K7P\n"
        f"Reply 1 I act, 2 I cannot\n{LINK}",
    )
    assert without["link"] == (
        "Amina Ndiaye Fall Sarr Cisse Diop needs help. 14:02 at N14.6937 W17.4441 within 25m "
        "(GPS). Battery 18%. K7P\nReply 1 I act, 2 I cannot",
        f"K7P Amina Ndiaye Fall Sarr Cisse Diop\n{LINK}",
    )


def test_the_word_agreed_with_a_contact_is_said():
    (text,) = compose_alert(alert(code_word="lamp"), BOTH_WAYS)
    assert "Battery 18%. Word: lamp. K7P\n" in text


def test_in_a_wide_script_the_word_comes_with_the_link():
    first, more = compose_alert(alert("ar", code_word="سراج"), BOTH_WAYS)
    assert "سراج" not in first
    assert more == f"K7P أمينة 18% سراج\n{LINK}"


def test_a_place_of_an_hour_ago_in_arabic_keeps_its_error_for_the_second_text():
    first, more = compose_alert(alert("ar", position=fix(age=HOUR)), BOTH_WAYS)
    assert first == "نداء نجدة من أمينة 14:02\nموقع 13:02\nN14.6937 W17.4441\n1 نعم 2 لا K7P"
    assert more == f"K7P أمينة 18% ±25م\n{LINK}"


def test_a_place_of_an_hour_ago_in_mongolian_still_takes_one_part():
    position = fix(lat=47.9184, lon=106.9177, age=HOUR)
    first, more = compose_alert(alert("mn", position=position), BOTH_WAYS)
    assert first == "SOS: Амина 14:02\nсүүлд 13:02\nN47.9184 E106.9177 ±25м\n1 тийм 2 үгүй K7P"
    assert more == f"K7P Амина 18%\n{LINK}"
    assert segments(first).parts == 1


def test_a_name_in_another_script_costs_double_rather_than_being_lost():
    first, more = compose_alert(alert(name="王芳"), BOTH_WAYS)
    assert first == "王芳 needs help. 14:02 at N14.6937 W17.4441 within 25m\n1 act, 2 no K7P"
    assert more == f"K7P 王芳 18%\n{LINK}"
    assert {segments(first).parts, segments(more).parts} == {1}


def test_latin_and_cyrillic_names_are_spelled_in_gsm7():
    (text,) = compose_alert(alert(name="Zoë Оюун"), BOTH_WAYS)
    assert text.startswith("Zoe Oyuun needs help.")
    assert segments(text).encoding == "GSM-7"


def test_a_name_cannot_forge_a_line():
    (text,) = compose_alert(alert(name="Amina\nhttps://evil.example"), BOTH_WAYS)
    assert text.startswith("Amina https://evil.example needs help.")


@pytest.mark.parametrize("locale", texts.LOCALES)
def test_where_nobody_can_answer_nobody_is_asked_to(locale):
    said = "\n".join(compose_alert(alert(locale), ONE_WAY))
    assert texts.say("sms.reply", locale) not in said
    assert texts.say("sms.reply_short", locale) not in said
    assert said.endswith(f"\n{texts.say('sms.answer_here', locale)}\n{LINK}")


@pytest.mark.parametrize("locale", texts.LOCALES)
def test_where_links_are_forbidden_none_is_sent(locale):
    (text,) = compose_alert(alert(locale), NO_LINKS)
    assert "http" not in text
    assert segments(text).parts == 1


def test_pressed_again_says_when_and_the_newest_place():
    again_at = PRESSED_AT + 9 * HOUR + HOUR / 30
    position = fix(at=again_at, lat=14.7)
    assert compose_again(alert(position=position, battery=0.09), again_at, BOTH_WAYS) == (
        "Amina pressed again 23:04 at N14.7000 W17.4441 within 25m (GPS). Battery 9%. K7P\n"
        f"Reply 1 I act, 2 I cannot\n{LINK}"
    )
    assert compose_again(alert("ar", position=position), again_at, BOTH_WAYS) == (
        "نداء جديد من أمينة 23:04\nN14.7000 W17.4441 ±25م\nالرد 1 نعم 2 لا K7P"
    )


def test_a_place_grows_old_between_two_presses():
    assert "23:02, last known 14:02" in compose_again(alert(), PRESSED_AT + 9 * HOUR, BOTH_WAYS)


@pytest.mark.parametrize("locale", texts.LOCALES)
def test_a_drill_marks_every_text(locale):
    drill = alert(locale, kind="drill")
    marked = (
        *compose_alert(drill, BOTH_WAYS),
        compose_again(drill, PRESSED_AT, BOTH_WAYS),
        composer.compose_stop_claimed(drill.name, "K7P", locale, "drill"),
        composer.compose_end(drill.name, "K7P", "safe", locale, "drill"),
        composer.compose_end(drill.name, "K7P", "closed", locale, "drill"),
        composer.compose_acting(drill.name, "K7P", "Omar", locale, "drill"),
        composer.compose_which([("K7P", drill.name)], locale, "drill"),
        composer.compose_thanks(locale, "K7P", 1, kind="drill"),
        composer.compose_thanks(locale, "K7P", 1, "Omar", "drill"),
        composer.compose_you_lead(drill.name, "K7P", "Omar", locale, "drill"),
        composer.compose_not_understood(locale, "drill"),
        composer.compose_duty("Dakar", "K7P", PRESSED_AT, locale, "drill", board_stands=True),
        composer.compose_duty("Dakar", "K7P", PRESSED_AT, locale, "drill", board_stands=False),
    )
    assert [text.split()[0] for text in marked] == ["DRILL"] * len(marked)
    assert {segments(text).parts for text in marked} == {1}


def test_a_stop_code_never_says_safe():
    said = composer.compose_stop_claimed("Amina", "K7P", "en", "alert")
    assert said == "Amina K7P: stop code entered, the office is checking."


def test_only_the_office_says_safe():
    said = composer.compose_end("Amina", "K7P", "safe", "en", "alert")
    assert said == (
        "Amina K7P: safe, confirmed by the office. Thank you.\n"
        "Rest, and talk to somebody you trust."
    )
    closed = composer.compose_end("Amina", "K7P", "closed", "en", "alert")
    assert closed.startswith("K7P: This alert is closed.")
    assert "safe" not in closed


def test_a_name_too_long_leaves_the_code_to_speak():
    said = composer.compose_end("أمينة" * 12, "K7P", "safe", "ar", "alert")
    assert said.split("\n")[0] == "K7P: السلامة مؤكدة من المكتب. شكراً."


def test_somebody_is_acting():
    assert composer.compose_acting("Amina", "K7P", "Omar", "en") == "Amina K7P: Omar is acting."
    long = composer.compose_acting("أمينة", "K7P", "عمر" * 20, "ar")
    assert long == "أمينة K7P: استجابة من جهة أخرى."


def test_which_alert_is_meant_lists_what_to_answer():
    said = composer.compose_which([("K7P", "Amina"), ("M4Q", "Omar")], "en")
    assert said == "Several alerts are open. Reply with the code:\n1 K7P Amina\n1 M4Q Omar"
    assert composer.compose_which([("K7P", "Amina")], "en", answer=2).endswith("\n2 K7P Amina")


@pytest.mark.parametrize("locale", texts.LOCALES)
def test_which_alert_is_meant_lists_as_many_as_fit(locale):
    codes = [(f"K{number}P", f"Amina {number}") for number in range(10, 60)]
    said = composer.compose_which(codes, locale)
    lines = said.split("\n")[1:]
    assert segments(said).parts == 1
    assert segments(f"{said}\n1 K99P").parts == 2
    assert [line.split()[1] for line in lines] == [code for code, _ in codes[: len(lines)]]
    assert len(lines) >= 2


@pytest.mark.parametrize("locale", texts.LOCALES)
def test_answers_to_answers_take_one_part(locale):
    said = [
        composer.compose_thanks(locale, "K7P", 1),
        composer.compose_thanks(locale, "K7P", 2),
        composer.compose_not_understood(locale),
        composer.compose_end("Amina", "K7P", "closed", locale, "alert"),
        composer.compose_invitation_answer(locale, agreed=True),
        composer.compose_invitation_answer(locale, agreed=False),
    ]
    assert len(set(said)) == len(said)
    assert {segments(text).parts for text in said} == {1}


def test_an_invitation_says_who_asks_and_how_to_answer():
    assert composer.compose_invitation("Amina", "Dakar office", "en") == (
        "Amina (Dakar office) asks to text you in an emergency. "
        "Reply 1 to agree, 2 to decline. Please save this number."
    )


@pytest.mark.parametrize("locale", ["ar", "mn"])
def test_an_invitation_without_room_leaves_the_office_out(locale):
    name = alert(locale).name
    said = composer.compose_invitation(name, "Candlewire West Africa", locale)
    assert said == texts.say("sms.invitation_short", locale, name=name)
    assert segments(said).parts == 1
