"""Names as a text message can carry them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.texts import is_gsm7
from shared.texts.spelling import clean, in_gsm7


@pytest.mark.parametrize(
    ("name", "spelled"),
    [
        ("Amina", "Amina"),
        ("Zoë François", "Zoe Francois"),
        ("É é è à ù ì ò ñ ü ö ä å ø æ ß Ç", "É é è à ù ì ò ñ ü ö ä å ø æ ß Ç"),
        ("Jose\u0301 Pe\u0301rez", "José Pérez"),
        ("Łukasz Đorđević", "Lukasz Dordevic"),
        ("Şafak İnci Işık", "Safak Inci Isik"),
        ("Nguyễn Thị Ánh", "Nguyen Thi Anh"),
        ("Ɔkɔmfo Ɛsi Ŋaa", "Okomfo Esi Ngaa"),
        ("Bœuf", "Boeuf"),
        ("N’Diaye «Awa» …", 'N\'Diaye "Awa" ...'),
        ("Оюунчимэг Жаргал", "Oyuunchimeg Jargal"),
        ("Їжак Щука Ђорђе", "Ijak Shchuka Djordje"),
        ("Мэргэн Өлзий", "Mergen Ölzii"),
        ("Amina 🌸", "Amina"),
        ("أمينة", "أمينة"),
        ("王芳 (Fang)", "王芳 (Fang)"),
    ],
)
def test_spelled_in_gsm7_where_that_is_possible(name, spelled):
    assert in_gsm7(name) == spelled


@pytest.mark.parametrize(
    ("name", "cleaned"),
    [
        ("  Amina \n Ndiaye\t", "Amina Ndiaye"),
        ("Ami\u202ena\u2066\u200f", "Amina"),
        ("Ami\x00na\x1b", "Amina"),
        ("می\u200cنا", "می\u200cنا"),
        ("\ud800Amina", "Amina"),
        ("\u2028", ""),
    ],
)
def test_a_name_is_one_visible_line(name, cleaned):
    assert clean(name) == cleaned


@given(st.text(st.characters(min_codepoint=0x20, max_codepoint=0x17F, exclude_characters="µ")))
def test_every_name_of_a_latin_alphabet_of_europe_can_be_spelled(name):
    assert is_gsm7(in_gsm7(name))


@given(st.text(st.characters(min_codepoint=0x400, max_codepoint=0x45F)))
def test_every_name_in_modern_cyrillic_can_be_spelled(name):
    assert is_gsm7(in_gsm7(name))


@given(st.text())
def test_spelling_is_settled_and_holds_no_line_break(name):
    spelled = in_gsm7(name)
    assert in_gsm7(spelled) == spelled
    assert len(spelled.splitlines()) <= 1
    assert clean(spelled) == spelled
