"""A contact's page in four scripts far apart; the other contact has said 1."""

from pathlib import Path

from playwright.sync_api import Browser, ViewportSize

from shared import wire
from tests.end_to_end.demo import Demo, soon
from tests.end_to_end.enrolling import enrol

FRENCH = 33_639_980_910  # kept free for fiction by the French regulator
HANDSET: ViewportSize = {"width": 412, "height": 915}
DAKAR = {"lat": 14.6937, "lon": -17.4441, "accuracy_m": 25, "source": "gps"}
PEOPLE: dict[wire.Locale, tuple[str, str, wire.Card]] = {
    "en": (
        "Amina",
        "Ben",
        wire.Card(
            phone_me="Do not ring my phone: send a text.",
            police="Do not go there alone.",
            lawyer="The office has the number.",
        ),
    ),
    "ar": (
        "أمينة",
        "سامي",
        wire.Card(
            phone_me="لا تتصلوا بهاتفي، أرسلوا رسالة.",
            police="لا تذهبوا إلى هناك بمفردكم.",
            lawyer="الرقم لدى المكتب.",
        ),
    ),
    "my": (
        "မေသူ",
        "ကိုအောင်",
        wire.Card(
            phone_me="ဖုန်းမခေါ်ပါနှင့်၊ စာတို ပို့ပါ။",
            police="တစ်ယောက်တည်း မသွားပါနှင့်။",
            lawyer="ရုံးတွင် နံပါတ် ရှိသည်။",
        ),
    ),
    "am": (
        "አሚና",
        "ሳሙኤል",
        wire.Card(
            phone_me="ስልኬን አትደውሉ፤ መልእክት ላኩ።",
            police="ብቻችሁን ወደዚያ አትሂዱ።",
            lawyer="ቁጥሩ ቢሮው ጋር አለ።",
        ),
    ),
}


def contact_pages(browser: Browser, running: Demo, data: Path, out: Path) -> None:
    for place, (language, (name, friend, card)) in enumerate(PEOPLE.items()):
        contacts = [
            {"name": who, "phone": f"+{FRENCH + 2 * place + turn}", "known_as": name}
            | {"language": language}
            for turn, who in enumerate((friend, "Grace"))
        ]
        ana = enrol(running.server, running.sandbox, data, contacts, card)
        ana.press(position=DAKAR, battery=0.18)
        acting = browser.new_page()
        acting.goto(ana.link(0))
        acting.locator("#acting").click()
        acting.locator("#acting[aria-pressed=true]").wait_for()
        page = browser.new_page(viewport=HANDSET)
        page.goto(ana.link(1))
        soon(lambda page=page, friend=friend: friend in page.inner_text(".status"))
        page.wait_for_timeout(300)
        page.screenshot(path=out / f"contact-page-{language}.png", full_page=True)
