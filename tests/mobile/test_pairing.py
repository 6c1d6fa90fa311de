"""Pairing: what is typed, what the server learns, and what stays on the phone."""

import base64
import hashlib
import json
from collections.abc import Callable
from pathlib import Path

import pytest

from mobile.core import pairing
from mobile.core.pages import MAIN, Around, Aside, Asked
from mobile.core.pairing import BY_HAND, NOT_NOW, PairPage
from mobile.core.vault import SIZE, Hot, Vault
from mobile.device.desktop import FileKey, key_path_for
from server.services import enrolments
from shared import crypto, wire
from tests.mobile.people import hot


@pytest.mark.parametrize(
    ("typed", "address"),
    [
        ("https://help.example.org", "https://help.example.org"),
        ("  https://help.example.org:8443/ ", "https://help.example.org:8443"),
        ("help.example.org", "https://help.example.org"),
        ("http://127.0.0.1:8000", "http://127.0.0.1:8000"),
        ("http://[::1]:8000/", "http://[::1]:8000"),
    ],
)
def test_an_address_is_read_as_it_is_typed(typed: str, address: str) -> None:
    assert pairing.server_address(typed) == address


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "https://",
        "http://help.example.org",
        "ftp://help.example.org",
        "https://user:secret@help.example.org",
        "https://help.example.org/path",
        "https://help.example.org?x=1",
        "https://help .example.org",
        "https://help.example.org:port",
        "http://127.0.0.1.example.org",
    ],
)
def test_an_address_that_could_not_keep_a_token_is_refused(typed: str) -> None:
    with pytest.raises(pairing.BadAddress):
        pairing.server_address(typed)


def test_the_server_learns_the_hash_and_the_public_key_and_never_the_token() -> None:
    token = pairing.new_token()
    said = pairing.introduction(" right code ", "My phone", token)
    assert said.code == "rightcode"
    assert said.token_hash == hashlib.sha256(token).hexdigest()
    public = base64.urlsafe_b64decode(said.dispatch_key + "=")
    assert public == crypto.dispatch_pair(token).public
    assert base64.urlsafe_b64encode(token).decode().rstrip("=") not in json.dumps(
        json.loads(wire.encode(said))
    )
    assert pairing.new_token() != token


def test_the_vault_survives_only_with_its_key_and_always_has_one_size(tmp_path: Path) -> None:
    vault = Vault(tmp_path / "vault", FileKey(tmp_path / "keys" / "a"))
    assert vault.load() is None
    paired = hot("https://help.example.org", locale="ar")
    sizes = set()
    for known in (Hot(), paired):
        vault.save(known)
        assert vault.load() == known
        sizes.add((tmp_path / "vault").stat().st_size)
    assert len(sizes) == 1
    assert sizes.pop() >= SIZE
    content = (tmp_path / "vault").read_bytes()
    assert b"help.example" not in content
    assert paired.bearer.encode() not in content
    assert {path.name for path in tmp_path.iterdir()} == {"vault", "keys"}
    for secret in (tmp_path / "vault", tmp_path / "keys" / "a"):
        assert secret.stat().st_mode & 0o077 == 0
    with pytest.raises(crypto.CryptoError):
        Vault(tmp_path / "vault", FileKey(tmp_path / "keys" / "b")).load()


def test_what_is_shown_of_a_phones_secrets_is_nothing() -> None:
    assert repr(hot("https://help.example.org")) == "Hot(…)"


def test_the_key_is_not_where_the_state_is(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "home"))
    one, other = (key_path_for(tmp_path / name, None) for name in ("one", "other"))
    assert one != other
    assert one.is_relative_to(tmp_path / "home" / "keyrings")


class Desk:
    """Plays the app around the pairing page; the server says what it is told to."""

    def __init__(self, status: int | None = 201, body: bytes | None = None) -> None:
        paired = wire.Paired(activist_id="a", device_id="d", office_key="k" * 43, contacts=3)
        self.answer = status, wire.encode(paired) if body is None else body
        self.asked: list[tuple[str, str, wire.Pairing]] = []
        self.hot = Hot(locale="mn")
        self.turned = 0
        self.aside: Aside = lambda work, done: done(work())
        self.page = PairPage(
            Around(
                hot=lambda: self.hot,
                keep=self._keep,
                ask=self._ask,
                aside=lambda work, done: self.aside(work, done),
                changed=lambda: None,
                done=self._done,
            )
        )

    def _keep(self, hot: Hot) -> None:
        self.hot = hot

    def _done(self) -> None:
        self.turned += 1

    def _ask(self, server: str, _: object, __: str, path: str, body: bytes | None) -> Asked:
        self.asked.append((server, path, wire.decode(wire.Pairing, body or b"")))
        return self.answer

    def by_hand(self, server: str, code: str) -> None:
        self.page.on_action(BY_HAND, {})
        self.page.on_action(MAIN, {"server": server, "code": code, "device": "Phone"})


def test_the_text_of_the_offices_code_pairs_and_keeps_the_language() -> None:
    desk = Desk()
    printed = enrolments.link("https://help.example.org", "right-code")
    desk.page.on_action(MAIN, {"link": f"  {printed[:40]}\n{printed[40:]} "})
    ((server, path, said),) = desk.asked
    assert path == "/v1/pairings"
    assert said.code == "right-code"
    assert desk.hot.servers == (server,) == ("https://help.example.org",)
    assert hashlib.sha256(desk.hot.token).hexdigest() == said.token_hash
    assert (desk.hot.locale, desk.hot.office_key) == ("mn", "k" * 43)
    assert desk.turned == 1


def test_address_and_code_can_be_typed_instead() -> None:
    desk = Desk()
    desk.by_hand("help.example.org", "right code")
    assert desk.asked[0][2].code == "rightcode"
    assert desk.hot.servers == ("https://help.example.org",)


PROBLEM = wire.encode(wire.Problem(title="Not found", status=404, detail="Not known."))


@pytest.mark.parametrize(
    ("status", "body", "key"),
    [
        (None, b"", "app.pair.unreachable"),
        (500, b"{}", "app.pair.unreachable"),
        (404, b"", "app.pair.unreachable"),
        (404, b"<html>No such page</html>", "app.pair.unreachable"),
        (200, b"<html>Welcome</html>", "app.pair.unreachable"),
        (404, PROBLEM, "app.pair.refused"),
        (403, b"{}", "app.pair.refused"),
        (422, b"{}", "app.pair.refused"),
    ],
)
def test_what_went_wrong_is_said(status: int | None, body: bytes, key: str) -> None:
    desk = Desk(status, body)
    desk.by_hand("help.example.org", "right-code")
    view = desk.page.view()
    assert view.note.key == key
    assert all(action.is_ready for action in view.actions)
    assert (desk.turned, desk.hot.is_paired) == (0, False)


@pytest.mark.parametrize(
    ("server", "code", "key"),
    [
        ("http://help.example.org", "right-code", "app.pair.bad_address"),
        ("help.example.org", "short", "app.pair.bad_code"),
    ],
)
def test_what_cannot_be_sent_is_not_asked(server: str, code: str, key: str) -> None:
    desk = Desk()
    desk.by_hand(server, code)
    assert desk.page.view().note.key == key
    assert desk.asked == []


@pytest.mark.parametrize(
    "text",
    [
        "",
        "right-code",
        "https://help.example.org/pair?server=https://x.example&code=right-code",
        "candlewire://elsewhere?server=https://x.example&code=right-code",
        "candlewire://pair?server=https://x.example",
        "candlewire://pair?code=right-code",
        "candlewire://pair?server=https://x.example&server=https://y.example&code=right-code",
        "candlewire://[pair?server=https://x.example&code=right-code",
    ],
)
def test_a_text_that_is_no_pairing_code_is_said_and_asks_nobody(text: str) -> None:
    desk = Desk()
    desk.page.on_link(text)
    assert desk.page.view().note.key == "setup.pair.bad_link"
    assert desk.asked == []


def test_a_code_from_another_app_shows_where_it_leads_and_waits_for_a_yes() -> None:
    desk = Desk()
    desk.page.on_link("candlewire://pair?server=https%3A%2F%2Fhelp.example.org&code=right-code")
    view = desk.page.view()
    assert [action.name for action in view.actions] == [MAIN, NOT_NOW]
    assert dict(view.title.values)["address"] == pairing.readable("https://help.example.org")
    assert (view.fields, desk.asked) == ((), [])
    desk.page.on_action(NOT_NOW, {})
    assert (desk.page.view().facts, desk.asked) == ((), [])
    desk.page.on_link("candlewire://pair?server=https%3A%2F%2Fhelp.example.org&code=right-code")
    desk.page.on_action(MAIN, {})
    assert desk.hot.servers == ("https://help.example.org",)
    assert desk.turned == 1


def test_another_code_does_not_change_where_a_pairing_under_way_leads() -> None:
    desk = Desk()
    later: list[Callable[[], None]] = []
    desk.aside = lambda work, done: later.append(lambda: done(work()))
    desk.page.on_action(MAIN, {"link": "candlewire://pair?server=one.example&code=right-code"})
    desk.page.on_link("candlewire://pair?server=two.example&code=other-code")
    later.pop()()
    assert desk.hot.servers == ("https://one.example",)
    assert hashlib.sha256(desk.hot.token).hexdigest() == desk.asked[0][2].token_hash
    assert len(desk.asked) == 1


@pytest.mark.parametrize(
    ("server", "shown"),
    [
        ("https://help.example.org", "https://help.example.org"),
        ("https://münchen.example", "https://xn--mnchen-3ya.example"),
        ("https://аpple.example", "https://xn--pple-43d.example"),
        (f"https://office.example.{'a' * 60}.evil.example", None),
    ],
    ids=["plain", "umlaut", "a letter that looks like another", "long"],
)
def test_an_address_is_shown_whole_and_as_the_network_knows_it(
    server: str, shown: str | None
) -> None:
    readable = pairing.readable(pairing.server_address(server))
    assert readable.replace(pairing.MAY_END, "") == (shown or server)
    assert max(map(len, readable.split(pairing.MAY_END))) <= pairing.LONGEST_PART + 8


@pytest.mark.parametrize(
    "host", ["a..example", f"{'a' * 64}.example", f"{'a.' * 130}example", "a%2e.example", "a;b"]
)
def test_a_name_that_no_network_knows_is_no_address(host: str) -> None:
    with pytest.raises(pairing.BadAddress):
        pairing.server_address(f"https://{host}")


def test_a_code_that_names_an_unsafe_server_is_refused() -> None:
    desk = Desk()
    desk.page.on_link("candlewire://pair?server=http%3A%2F%2Fevil.example&code=right-code")
    assert desk.page.view().note.key == "app.pair.bad_address"
    assert desk.asked == []
