"""A contact's link in a browser: its secret stays there, it ends when it is revoked, PINs hold."""

import os
import re
import time
import urllib.request
from pathlib import Path
from urllib.parse import urlsplit

from playwright.sync_api import expect

from tests.end_to_end.demo import demo as started
from tests.end_to_end.demo import soon
from tests.end_to_end.enrolling import enrol
from tests.server.web_pages.conftest import Demo, DemoProcess, Desk
from tests.support.contact_page import page_keys
from tests.support.logging_proxy import logging_proxy
from tests.support.office import Officer

LINKS = 100
ACTIVISTS = 5
PHONE = (412, 915)


def test_the_secret_of_a_link_reaches_no_log_and_no_database(tmp_path: Path, desk: Desk) -> None:
    """Of a hundred links, opened through a proxy that logs every address and header."""
    people = ["--activists", str(ACTIVISTS), "--contacts", str(LINKS // ACTIVISTS)]
    folder = tmp_path / "data"
    with (
        started(folder, "--no-phone", *people) as running,
        logging_proxy(running.server) as proxy,
    ):
        for device in running.ready["devices"]:
            press(running.server, device["token"])
        secrets = soon(lambda: len(found := all_secrets(running.texts())) == LINKS and found)
        page = desk.open(f"{proxy.address}/t", size=PHONE)
        for secret in secrets:
            page.goto("about:blank")
            page.goto(f"{proxy.address}/t#{secret}")
            expect(page.locator(".head h1")).to_be_visible()
        views = [line for line in proxy.log if line.startswith("POST /v1/contact/view")]
        assert len(views) >= LINKS
        assert "Referer" not in "".join(proxy.log)
        written = "".join(proxy.log).encode() + (tmp_path / "demo.err").read_bytes()
    kept = [path.read_bytes() for path in folder.glob("candlewire.db*")]
    lookups = [page_keys(secret)["lookup"].encode() for secret in secrets]
    assert all(any(lookup in one for one in kept) for lookup in lookups), "the scan finds"
    for place in [written, *kept]:
        assert [secret for secret in secrets if secret.encode() in place] == []


def test_the_page_asks_its_own_server_alone(demo: Demo, desk: Desk) -> None:
    demo.press(0)
    asked: list[str] = []
    page = desk.open("about:blank", size=PHONE)
    page.on("request", lambda request: asked.append(request.url))
    answer = page.goto(demo.link(0))
    expect(page.locator("#picture")).to_be_visible()
    page.get_by_role("button", name="I act").click()
    expect(page.locator(".answers h2")).to_have_text("You act")
    assert len(asked) >= 3
    origins = {(urlsplit(one).scheme, urlsplit(one).netloc) for one in asked}
    assert origins == {("http", urlsplit(demo.link(0)).netloc)}
    assert answer is not None
    policy = answer.headers["content-security-policy"]
    assert policy.startswith("default-src 'none'; ")
    assert "frame-ancestors 'none'" in policy
    assert "unsafe" not in policy
    assert not re.search(r"\bhttps?:|\*", policy)
    assert answer.headers["referrer-policy"] == "no-referrer"
    assert answer.headers["cache-control"] == "no-store"
    assert "noindex" in answer.headers["x-robots-tag"]


def test_a_revoked_link_ends_the_open_page_and_the_others_go_on(demo: Demo, desk: Desk) -> None:
    incident = demo.press(1)
    pages = [desk.open(demo.link(1, contact), size=PHONE) for contact in (0, 1)]
    for page in pages:
        expect(page.locator(".head h1")).to_contain_text("Sara")
    noor = officer(demo)
    began = time.monotonic()
    noor.caller.ask("DELETE", f"/v1/incidents/{incident}/contacts/1/link").ok()
    expect(pages[0].get_by_text("or the office has ended your link")).to_be_visible(timeout=5_000)
    assert time.monotonic() - began < 5
    expect(pages[0].locator("main")).not_to_contain_text("Sara")
    noor.take(incident)
    expect(pages[1].get_by_text("Le bureau l’a pris en charge")).to_be_visible(timeout=5_000)
    noor.caller.close()


def test_a_pin_is_asked_for_and_five_wrong_ones_shut_the_page(
    demo_process: DemoProcess, desk: Desk
) -> None:
    demo = demo_process.start()
    ben = {"name": "Ben", "phone": "+33639980902", "known_as": "Ana", "pin": "4711"}
    ana = enrol(demo.server, demo.sandbox, demo_process.folder / "data", [ben])
    incident = ana.press()
    page, thief = (desk.open(ana.link(), size=PHONE) for _ in range(2))
    page.get_by_label("Enter the PIN you agreed on").fill("4711")
    page.keyboard.press("Enter")
    expect(page.locator(".head h1")).to_have_text("Ana needs help")
    for pin in ("12", "0000", "0001", "0002", "0003"):
        thief.get_by_label("Enter the PIN you agreed on").fill(pin)
        thief.get_by_role("button", name="Open").click()
        expect(thief.get_by_text("Wrong PIN. Try again.")).to_be_visible()
        expect(thief.get_by_label("Enter the PIN you agreed on")).to_have_value("")
    thief.get_by_label("Enter the PIN you agreed on").fill("0004")
    thief.get_by_role("button", name="Open").click()
    expect(thief.get_by_text("this page stays shut")).to_be_visible()
    noor = officer(demo)
    assert len(noor.timeline(incident, "pin_locked")) == 1
    noor.caller.close()
    page.get_by_role("button", name="I cannot").click()
    expect(page.locator(".answers h2")).to_have_text("You cannot")


def officer(demo: Demo) -> Officer:
    staff = demo.staff
    return Officer(demo.server, staff["email"], staff["password"], lambda: None).sign_in()


def all_secrets(texts: list[dict[str, str]]) -> list[str]:
    return sorted(set(re.findall(r"/t#(\w{22})", "\n".join(text["body"] for text in texts))))


def press(server: str, token: str) -> None:
    now = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())
    body = f'{{"id": "{os.urandom(16).hex()}", "kind": "alert", "pressed_at": "{now}"}}'
    headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
    request = urllib.request.Request(f"{server}/v1/alerts", body.encode(), headers)
    with urllib.request.urlopen(request, timeout=10) as answer:
        assert answer.status == 201
