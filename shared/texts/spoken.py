"""What a call says, in the contact's language where the carrier has a voice that speaks it."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from shared.texts.catalogue import say
from shared.texts.composer import local_zone
from shared.texts.spelling import clean
from shared.wire import Kind, Locale

# Language and standard voice, as https://www.twilio.com/docs/voice/twiml/say/text-speech lists
# them. Mongolian, Persian, Burmese and Amharic have no voice there, and are called in English.
VOICES: Final = {
    "en": ("en-US", "Polly.Joanna"),
    "fr": ("fr-FR", "Polly.Lea"),
    "es": ("es-ES", "Polly.Lucia"),
    "ar": ("arb", "Polly.Zeina"),
    "ru": ("ru-RU", "Polly.Tatyana"),
    "pt": ("pt-BR", "Polly.Camila"),
    "zh": ("cmn-CN", "Polly.Zhiyu"),
    "tr": ("tr-TR", "Polly.Filiz"),
}


@dataclass(frozen=True)
class Spoken:
    """Words, and who says them; `locale` is the catalogue they are from."""

    words: str
    locale: str

    @property
    def language(self) -> str:
        return VOICES[self.locale][0]

    @property
    def voice(self) -> str:
        return VOICES[self.locale][1]


def alert(
    name: str, code: str, kind: Kind, pressed_at: datetime, timezone: str, locale: Locale
) -> Spoken:
    """To a contact: who needs help since when, and which keys answer."""
    voiced = voiced_locale(locale)
    zone, zone_name = local_zone(timezone)
    time = f"{pressed_at.astimezone(zone):%H:%M} {zone_name}".rstrip()
    who = clean(name) or spelled_out(code)
    said = say("sms.call", voiced, name=who, time=time)
    return _spoken(voiced, kind == "drill", said, say("sms.call_keys", voiced))


def duty(office: str, code: str, drill: bool, locale: str, *, board_stands: bool) -> Spoken:
    """To whoever is on duty: nothing about the person or the place."""
    voiced = voiced_locale(locale)
    key = "sms.call_duty" if board_stands else "sms.call_duty_no_board"
    said = say(key, voiced, office=clean(office), code=spelled_out(code))
    return _spoken(voiced, drill, said, say("sms.call_duty_keys", voiced))


def keys(locale: str) -> Spoken:
    """The keys alone, once another one was pressed."""
    return _plain("sms.call_keys", locale)


def duty_keys(locale: str) -> Spoken:
    return _plain("sms.call_duty_keys", locale)


def noted(locale: str) -> Spoken:
    return _plain("sms.call_noted", locale)


def closed(locale: str) -> Spoken:
    """To a key that is pressed after the end."""
    return _plain("sms.closed", locale)


def voiced_locale(locale: str) -> str:
    """The language in which somebody is called who reads this one."""
    return locale if locale in VOICES else "en"


def spelled_out(code: str) -> str:
    """Sign by sign: as a word, a voice would guess at it."""
    return " ".join(code)


def _plain(key: str, locale: str) -> Spoken:
    voiced = voiced_locale(locale)
    return Spoken(say(key, voiced), voiced)


def _spoken(voiced: str, drill: bool, *said: str) -> Spoken:
    first = (say("sms.call_drill", voiced),) if drill else ()
    return Spoken(" ".join((*first, *said)), voiced)
