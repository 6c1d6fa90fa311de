"""What the page doors answer: headers, languages, files."""

import json
import re
import urllib.error
import urllib.request
from http.client import HTTPMessage

import pytest

from server.web import languages, pages
from shared import texts

POLICY = {
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "img-src 'self' data:",
    "connect-src 'self'",
    "font-src 'self'",
    "media-src 'self'",
    "base-uri 'none'",
    "form-action 'self'",
    "frame-ancestors 'none'",
}


def get(address: str, **headers: str) -> tuple[str, HTTPMessage]:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    with urllib.request.urlopen(urllib.request.Request(address, headers=named)) as answer:
        return answer.read().decode(), answer.headers


class NoRedirect(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_: object) -> None:
        return None


@pytest.mark.parametrize("path", ["/", "/t"])
def test_every_page_is_locked_to_this_host_and_never_kept(site: str, path: str) -> None:
    _, headers = get(site + path)
    assert set(headers["Content-Security-Policy"].split("; ")) == POLICY
    assert headers["Referrer-Policy"] == "no-referrer"
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Cache-Control"] == "no-store"
    assert headers["Cross-Origin-Opener-Policy"] == "same-origin"


def test_no_search_engine_keeps_a_contact_s_page(site: str) -> None:
    assert "noindex" in get(f"{site}/t")[1]["X-Robots-Tag"]


def test_a_preview_robot_sees_the_same_page_whatever_follows(site: str) -> None:
    assert get(f"{site}/t")[0] == get(f"{site}/t?anything=1")[0]


@pytest.mark.parametrize(
    ("path", "locale"),
    [(path, locale) for path in ("/", "/t") for locale in texts.LOCALES],
)
def test_a_page_speaks_the_browser_s_language(site: str, path: str, locale: str) -> None:
    html, _ = get(site + path, Accept_Language=f"xx,{locale}-XY;q=0.8,en;q=0.1")
    direction = "rtl" if locale in texts.RIGHT_TO_LEFT else "ltr"
    assert f'<html lang="{locale}" dir="{direction}">' in html


@pytest.mark.parametrize(
    ("wishes", "locale"),
    [("", "en"), ("de", "en"), ("de,fr;q=0.3,ar;q=0.7", "ar"), ("mn;q=x", "en"), ("FR-ca", "fr")],
)
def test_the_heaviest_wish_we_can_meet(wishes: str, locale: str) -> None:
    assert languages.preferred(wishes, texts.LOCALES) == locale


@pytest.mark.parametrize("path", ["/", "/t"])
def test_a_language_that_a_page_does_not_speak_is_left_to_the_next_wish(
    site: str, path: str
) -> None:
    assert '<html lang="fr"' in get(f"{site}{path}", Accept_Language="de,fr;q=0.5")[0]


def test_every_language_of_the_board_has_its_own_name() -> None:
    assert set(languages.NAMES) == set(texts.LOCALES)


def test_a_chosen_language_is_remembered(site: str) -> None:
    opener = urllib.request.build_opener(NoRedirect)
    with pytest.raises(urllib.error.HTTPError) as moved:
        opener.open(f"{site}/?language=ar")
    answer = moved.value
    answer.close()
    assert (answer.code, answer.headers["Location"]) == (303, "/")
    cookie = answer.headers["Set-Cookie"].split(";")[0]
    assert cookie == "candlewire_language=ar"
    assert '<html lang="ar"' in get(site, Cookie=cookie, Accept_Language="fr")[0]


@pytest.mark.parametrize("wish", ["xx", "../../etc", "en%0d%0aSet-Cookie:x"])
def test_an_unknown_language_is_ignored(site: str, wish: str) -> None:
    html, headers = get(f"{site}/?language={wish}")
    assert '<html lang="en"' in html
    assert headers["Set-Cookie"] is None


@pytest.mark.parametrize("locale", texts.LOCALES)
def test_a_contact_s_page_can_change_its_language(site: str, locale: str) -> None:
    body = json.loads(get(f"{site}/t/strings/{locale}.json")[0])
    assert body["direction"] == languages.direction(locale)
    assert body["words"]["i_act"] == texts.say("contact.i_act", locale)


def test_no_texts_in_a_language_we_do_not_speak(site: str) -> None:
    with pytest.raises(urllib.error.HTTPError) as missing:
        get(f"{site}/t/strings/xx.json")
    missing.value.close()
    assert missing.value.code == 404


def test_files_are_kept_under_an_address_that_names_their_content(site: str) -> None:
    html, _ = get(site)
    files = re.findall(r'(?:src|href)="(/static/[^"]+)"', html)
    assert len(files) >= 4
    for file in files:
        assert file.startswith(pages.static_address())
        _, headers = get(site + file)
        assert headers["Cache-Control"] == "public, max-age=31536000, immutable"
        assert headers["X-Content-Type-Options"] == "nosniff"


def test_the_browser_finds_an_icon(site: str) -> None:
    body, headers = get(f"{site}/favicon.ico")
    assert headers["Content-Type"] == "image/svg+xml"
    assert "<svg" in body


def test_the_scripts_words_cannot_end_their_element(site: str) -> None:
    html, _ = get(site)
    words = html.split('id="words">')[1].split("</script>")[0]
    assert "<" not in words
    assert json.loads(words)["web.action.take"] == texts.say("web.action.take", "en")
