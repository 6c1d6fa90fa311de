"""Signing in with a second step, and one's own account, in a browser and by keyboard alone."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from server.app import create_app
from server.db import Database, Transaction
from server.domain.access import Role
from server.live import Live
from server.services import setup, staff
from server.settings import Settings
from server.vault import Ring, Vault
from shared import crypto
from shared.clock import SystemClock
from tests.server.web_pages.conftest import Desk, free_port
from tests.support.authenticator import App
from tests.support.office import Officer
from tests.support.serving import serve
from tests.support.world import PASSWORD

STEP = timedelta(seconds=30)


@pytest.fixture
def clock() -> SystemClock:
    return SystemClock()


@pytest.fixture
def office(database_url: str, clock: SystemClock) -> Iterator[Callable[..., Officer]]:
    """A server with one officer, `strict` as in production; its address has a host name."""
    port, vault, now = free_port(), Vault(Ring.new()), clock.now()
    url, database = f"http://localhost:{port}", Database(database_url)
    live = Live(database, alone=True)
    app = create_app(
        Settings(public_url=url), database=database, vault=vault, clock=clock, live=live
    )

    def people(tx: Transaction) -> None:
        setup.new_organisation(tx, crypto.box_pair().public)
        office_id, pair = setup.new_office(tx, vault, "Dakar office", None, "tests", now)
        staff_id, code = staff.invite(
            tx, vault, office_id, "noor@office.example", "Noor", Role.RESPONDER, "tests", now
        )
        staff.accept(tx, vault, code, PASSWORD, now)
        staff.grant(tx, vault, office_id, pair, staff_id, "tests", now)

    database.write(people)
    noor = Officer(url, "noor@office.example", PASSWORD, lambda: None)

    def opened(*, strict: bool = True) -> Officer:
        app.state.parts = replace(app.state.parts, needs_second_factor=strict)
        return noor

    with serve(app, port=port):
        yield opened
    noor.hang_up()
    live.stop()
    database.close()


@pytest.fixture
def noor(office: Callable[..., Officer]) -> Officer:
    return office()


def typed(page: Page, noor: Officer) -> None:
    expect(page.locator("#email")).to_be_focused()
    page.keyboard.type(noor.email)
    page.keyboard.press("Tab")
    page.keyboard.type(noor.password)
    page.keyboard.press("Enter")


def entered(desk: Desk, noor: Officer, **options: Any) -> Page:
    """The account page of somebody who has yet to set up a second factor."""
    page = desk.open(noor.caller.url, **options)
    typed(page, noor)
    page.wait_for_url("**/account")
    expect(page.locator("#needed")).to_be_visible()
    return page


def press_until_at(page: Page, wanted: str, key: str = "Tab") -> None:
    """Goes on by key until this has the focus."""
    for _ in range(40):
        if page.evaluate("wanted => document.activeElement?.matches(wanted)", wanted):
            return
        page.keyboard.press(key)
    raise AssertionError(f"{wanted} is not reached by {key}")


@contextmanager
def virtual_key(page: Page) -> Iterator[None]:
    """The browser's own authenticator for tests: it answers without a touch."""
    session = page.context.new_cdp_session(page)
    session.send("WebAuthn.enable")
    session.send(
        "WebAuthn.addVirtualAuthenticator",
        {
            "options": {
                "protocol": "ctap2",
                "transport": "internal",
                "hasResidentKey": True,
                "hasUserVerification": True,
                "isUserVerified": True,
                "automaticPresenceSimulation": True,
            }
        },
    )
    yield
    session.detach()


def set_up_app(page: Page, clock: SystemClock) -> App:
    """By keyboard alone, with the typed key."""
    press_until_at(page, "#app-begin")
    page.keyboard.press("Enter")
    expect(page.locator("#app-code")).to_be_focused()
    app = App(page.inner_text("#app-key").replace(" ", ""))
    page.keyboard.type(app.code(clock.now()))
    page.keyboard.press("Enter")
    expect(page.locator("#fresh-codes li")).to_have_count(10)
    return app


def test_a_newcomer_sets_up_an_app_by_keyboard_and_signs_in_with_it(
    noor: Officer, desk: Desk, clock: SystemClock
) -> None:
    page = entered(desk, noor)
    expect(page.locator("#back")).to_be_hidden()
    app = set_up_app(page, clock)
    expect(page.locator("#codes-shown")).to_be_focused()
    expect(page.locator("#needed")).to_be_hidden()
    expect(page.locator("#codes-left")).to_have_text("10 left")
    press_until_at(page, "#codes-done")
    page.keyboard.press("Enter")
    expect(page.locator("#codes-shown")).to_be_hidden()
    page.locator("#sign-out").click()

    typed(page, noor)
    expect(page.locator("#sign-in-error")).to_contain_text("add your second factor")
    press_until_at(page, "#totp")
    page.keyboard.type(app.code(clock.now() + STEP))
    page.keyboard.press("Enter")
    expect(page.locator("#board")).to_be_visible()
    page.locator("#staff").click()
    expect(page.locator("#sessions")).to_contain_text("This browser")


def test_a_passkey_is_made_and_signs_in(noor: Officer, desk: Desk, clock: SystemClock) -> None:
    page = entered(desk, noor)
    with virtual_key(page):
        page.fill("#passkey-name", "This laptop")
        page.keyboard.press("Enter")
        expect(page.locator("#passkeys")).to_contain_text("This laptop")
        expect(page.locator("#fresh-codes li")).to_have_count(10)
        page.locator("#sign-out").click()
        typed(page, noor)
        expect(page.locator("#sign-in-error")).not_to_be_empty()
        page.locator("#use-passkey").click()
        expect(page.locator("#board")).to_be_visible()
        page.locator("#staff").click()
        expect(page.locator("#passkeys")).to_contain_text("last used")


def test_a_recovery_code_opens_the_board(noor: Officer, desk: Desk, clock: SystemClock) -> None:
    page = entered(desk, noor)
    set_up_app(page, clock)
    code = page.locator("#fresh-codes li").first.inner_text()
    page.locator("#sign-out").click()
    typed(page, noor)
    expect(page.locator("#sign-in-error")).not_to_be_empty()
    page.locator("summary").click()
    page.fill("#recovery", code)
    page.keyboard.press("Enter")
    expect(page.locator("#board")).to_be_visible()


def test_the_second_step_is_asked_at_once_where_everybody_has_one(
    office: Callable[..., Officer], desk: Desk
) -> None:
    for strict in (True, False):
        page = desk.open(office(strict=strict).caller.url)
        expect(page.locator("#email")).to_be_focused()
        expect(page.locator("#second")).to_be_visible(visible=strict)


def test_a_wrong_code_of_the_app_is_told(noor: Officer, desk: Desk, clock: SystemClock) -> None:
    page = entered(desk, noor)
    page.locator("#app-begin").click()
    expect(page.locator("#app-code")).to_be_focused()
    app = App(page.inner_text("#app-key").replace(" ", ""))
    page.fill("#app-code", app.wrong(clock.now()))
    page.keyboard.press("Enter")
    expect(page.locator("#refused")).to_contain_text("not the code it shows now")


def test_another_session_is_ended_from_here(office: Callable[..., Officer], desk: Desk) -> None:
    noor = office(strict=False)
    page = desk.open(noor.caller.url)
    typed(page, noor)
    expect(page.locator("#board")).to_be_visible()
    noor.sign_in()
    page.goto(f"{noor.caller.url}/account")
    expect(page.locator("#sessions li")).to_have_count(2)
    page.get_by_role("button", name="End Unknown device").click()
    expect(page.locator("#sessions li")).to_have_count(1)
    assert noor.caller.ask("GET", "/v1/session").status == 401


def test_the_password_is_changed_here(office: Callable[..., Officer], desk: Desk) -> None:
    noor = office(strict=False)
    page = desk.open(noor.caller.url)
    typed(page, noor)
    page.locator("#staff").click()
    page.fill("#password-now", "not my password")
    page.fill("#password-new", "five other unrelated plain words")
    page.keyboard.press("Enter")
    expect(page.locator("#refused")).to_have_text("This is not your password.")
    page.fill("#password-now", noor.password)
    page.keyboard.press("Enter")
    expect(page.locator("#said")).to_contain_text("Your other sessions have ended")


def test_a_page_opened_by_a_number_says_that_passkeys_need_a_name(
    office: Callable[..., Officer], desk: Desk
) -> None:
    noor = office(strict=False)
    page = desk.open(noor.caller.url.replace("localhost", "127.0.0.1"))
    typed(page, noor)
    page.locator("#staff").click()
    expect(page.locator("#passkey-host")).to_be_visible()
    expect(page.locator("#passkey-form")).to_be_hidden()


@pytest.mark.parametrize("language", ["en", "ar"])
def test_axe_finds_nothing_light_or_dark(
    noor: Officer, desk: Desk, clock: SystemClock, language: str
) -> None:
    page = entered(desk, noor, language=language)
    faults = in_both_lights(page)
    page.locator("#app-begin").click()
    expect(page.locator("#app-code")).to_be_visible()
    faults += in_both_lights(page)
    app = App(page.inner_text("#app-key").replace(" ", ""))
    page.fill("#app-code", app.code(clock.now()))
    page.keyboard.press("Enter")
    expect(page.locator("#fresh-codes li")).to_have_count(10)
    faults += in_both_lights(page)
    page.locator("#sign-out").click()
    typed(page, noor)
    expect(page.locator("#sign-in-error")).not_to_be_empty()
    page.locator("summary").click()
    assert faults + in_both_lights(page) == []


def in_both_lights(page: Page) -> list[str]:
    faults = []
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
        faults += [
            f"{scheme} {found['id']}: {node['html']}"
            for found in Axe().run(page).response["violations"]
            for node in found["nodes"]
        ]
    return faults
