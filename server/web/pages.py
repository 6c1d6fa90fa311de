"""The pages people open in a browser, and the files these load: the board and a contact's page."""

import hashlib
import mimetypes
import os
from functools import cache, partial
from pathlib import Path
from typing import Annotated

from fastapi import APIRouter, Cookie, FastAPI, Header, Request
from fastapi.responses import FileResponse, JSONResponse, RedirectResponse, Response
from fastapi.staticfiles import StaticFiles
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.types import Scope

from server.web import languages
from server.web.deps import parts_of
from shared import texts

ROOM = Path(__file__).parent
STATIC = ROOM / "static"

CONTENT_SECURITY_POLICY = "; ".join(
    [
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
    ]
)
PAGE_HEADERS = {
    "Content-Security-Policy": CONTENT_SECURITY_POLICY,
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "Cache-Control": "no-store",
    "Cross-Origin-Opener-Policy": "same-origin",
}
FILE_HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'",  # for mark.svg
}
FOREVER = "public, max-age=31536000, immutable"  # safe: the address changes with the content
DAY = "public, max-age=86400"

LANGUAGE_COOKIE = "candlewire_language"
YEAR = 365 * 24 * 3600  # seconds
# The staff's pages beside the board, in the bar's order: each its address, template and catalogue.
STAFF_PAGES: tuple[str, ...] = ("people", "duty", "events", "record")
IN_THE_PAGE = ("opening", "script_needed")  # words of a contact's page that no script says

router = APIRouter(include_in_schema=False)
templates = Environment(
    loader=FileSystemLoader(ROOM / "templates"),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)
templates.policies["json.dumps_kwargs"] = {"ensure_ascii": False, "separators": (",", ":")}


@cache
def static_address() -> str:
    """Where the files lie: the address names their content, so browsers may keep them."""
    digest = hashlib.sha256()
    for file in sorted(path for path in STATIC.rglob("*") if path.is_file()):
        digest.update(file.relative_to(STATIC).as_posix().encode() + b"\0" + file.read_bytes())
    return f"/static/{digest.hexdigest()[:12]}"


class KeptFiles(StaticFiles):
    """Static files that a browser keeps and never guesses the type of."""

    def file_response(
        self,
        full_path: str | os.PathLike[str],
        stat_result: os.stat_result,
        scope: Scope,
        status_code: int = 200,
    ) -> Response:
        file = Path(full_path)
        if file.stem == "contact":
            response: Response = Response(lean(file), media_type=mimetypes.guess_type(file)[0])
        else:
            response = super().file_response(full_path, stat_result, scope, status_code)
        response.headers.update({**FILE_HEADERS, "Cache-Control": FOREVER})
        return response


@cache
def lean(file: Path) -> str:
    """Without indentation and whole-line comments: a contact's page comes through a thin line."""
    lines = (line.strip() for line in file.read_text().splitlines())
    return "\n".join(line for line in lines if line and not line.startswith(("//", "/*")))


def mount_static(app: FastAPI) -> None:
    app.mount(static_address(), KeptFiles(directory=STATIC), name="static")


@router.get("/")
def board(
    request: Request,
    language: str | None = None,
    candlewire_language: Annotated[str | None, Cookie()] = None,
    accept_language: Annotated[str, Header()] = "",
) -> Response:
    """The board, which begins with its own sign-in; `?language=` is remembered for a year."""
    if language in languages.NAMES:
        return _remembered(language, secure=request.url.scheme == "https")
    chosen = _chosen(candlewire_language, accept_language)
    # Only the API knows whether a session still holds; without a cookie there is no need to ask.
    session = any(name.endswith("candlewire_session") for name in request.cookies)
    second = parts_of(request).needs_second_factor
    words = texts.strings("web", chosen)
    return _page("board.html", chosen, words=words, session=session, second=second)


@router.get("/account")
def account(
    candlewire_language: Annotated[str | None, Cookie()] = None,
    accept_language: Annotated[str, Header()] = "",
) -> Response:
    """Somebody's own account: second factors, sessions, password; the API says whose."""
    chosen = _chosen(candlewire_language, accept_language)
    return _page("account.html", chosen, words=texts.strings("web", chosen))


def staff_page(
    request: Request,
    candlewire_language: Annotated[str | None, Cookie()] = None,
    accept_language: Annotated[str, Header()] = "",
) -> Response:
    """One of the staff's pages: the frame and its words; what it shows comes from the API."""
    name = request.url.path.strip("/")
    chosen = _chosen(candlewire_language, accept_language)
    words = {**texts.strings("web", chosen), **texts.strings(name, chosen)}
    return _page(f"{name}.html", chosen, words=words, here=name)


for _name in STAFF_PAGES:
    router.add_api_route(f"/{_name}", staff_page)


@router.get("/join")
def join(
    candlewire_language: Annotated[str | None, Cookie()] = None,
    accept_language: Annotated[str, Header()] = "",
) -> Response:
    """Where an invitation leads: the same page for everyone, for the code never comes here."""
    chosen = _chosen(candlewire_language, accept_language)
    words = {**texts.strings("web", chosen), **texts.strings("people.join", chosen)}
    return _page("join.html", chosen, words=words)


@router.get("/t")
def contact(accept_language: Annotated[str, Header()] = "") -> Response:
    """A contact's page: the same empty page for everyone, for the secret never comes here."""
    locale = languages.preferred(accept_language, texts.LOCALES)
    response = _page("contact.html", locale, words=_contact_words(locale))
    response.headers["X-Robots-Tag"] = "noindex, nofollow, noarchive, nosnippet"
    return response


@router.get("/t/strings/{locale}.json")
def contact_strings(locale: str) -> Response:
    if locale not in texts.LOCALES:
        return Response(status_code=404, headers=FILE_HEADERS)
    body = {"direction": languages.direction(locale), "words": _contact_words(locale)}
    return JSONResponse(body, headers={**FILE_HEADERS, "Cache-Control": DAY})


@router.get("/favicon.ico")
def favicon() -> Response:
    return FileResponse(
        STATIC / "mark.svg",
        media_type="image/svg+xml",
        headers={**FILE_HEADERS, "Cache-Control": DAY},
    )


def _contact_words(locale: str) -> dict[str, str]:
    """By the last part of the key alone: the page must come through the thinnest line."""
    found = texts.strings("contact", locale)
    words = {key.removeprefix("contact."): text for key, text in found.items()}
    return {key: text for key, text in words.items() if key not in IN_THE_PAGE}


def _chosen(remembered: str | None, accept_language: str) -> str:
    if remembered is not None and remembered in languages.NAMES:
        return remembered
    return languages.preferred(accept_language, languages.NAMES)


def _remembered(locale: str, *, secure: bool) -> Response:
    response = RedirectResponse("/", status_code=303, headers=PAGE_HEADERS)
    response.set_cookie(
        LANGUAGE_COOKIE, locale, max_age=YEAR, httponly=True, secure=secure, samesite="lax"
    )
    return response


def _page(
    template: str,
    locale: str,
    *,
    words: dict[str, str],
    session: bool = False,
    second: bool = False,
    here: str = "",
) -> Response:
    html = templates.get_template(template).render(
        locale=locale,
        direction=languages.direction(locale),
        languages=languages.NAMES,
        static=static_address(),
        say=partial(_say, locale),
        words=words,
        session=session,
        second=second,
        here=here,
        pages=("", *STAFF_PAGES),
    )
    return Response(html, media_type="text/html", headers=PAGE_HEADERS)


def _say(locale: str, key: str) -> str:
    return texts.say(key, locale)
