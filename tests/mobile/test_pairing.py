"""Pairing: what is typed, what the server learns, and what stays on the phone."""

import base64
import hashlib
import json
from pathlib import Path

import pytest

from mobile.core import pairing
from mobile.core.pairing import PairPresenter, PairView
from mobile.core.settings import SettingsPresenter, SettingsView
from mobile.core.vault import SIZE, Hot, Vault
from mobile.device.desktop import FileKey, key_path_for
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
    """Plays the app around the pairing screen."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, wire.Pairing]] = []
        self.kept: list[Hot] = []
        self.views: list[PairView] = []
        self.presenter = PairPresenter(
            hot=Hot(locale="mn"),
            ask=lambda server, said: self.asked.append((server, said)),
            keep=self.kept.append,
            show=self.views.append,
        )


def test_a_right_code_moves_in_and_keeps_the_language() -> None:
    desk = Desk()
    desk.presenter.on_send("help.example.org", "right-code", "Phone")
    assert not desk.views[-1].can_send
    ((server, said),) = desk.asked
    paired = wire.Paired(activist_id="a", device_id="d", office_key="k" * 43, contacts=3)
    desk.presenter.on_answer(201, wire.encode(paired))
    (moved,) = desk.kept
    assert moved.servers == (server,) == ("https://help.example.org",)
    assert hashlib.sha256(moved.token).hexdigest() == said.token_hash
    assert (moved.locale, moved.office_key) == ("mn", "k" * 43)


@pytest.mark.parametrize(
    ("status", "body", "key"),
    [
        (None, b"", "app.pair.unreachable"),
        (500, b"{}", "app.pair.unreachable"),
        (404, b"", "app.pair.unreachable"),
        (200, b"<html>Welcome</html>", "app.pair.unreachable"),
        (403, b"{}", "app.pair.refused"),
        (410, b"{}", "app.pair.refused"),
    ],
)
def test_what_went_wrong_is_said(status: int | None, body: bytes, key: str) -> None:
    desk = Desk()
    desk.presenter.on_send("help.example.org", "right-code", "Phone")
    desk.presenter.on_answer(status, body)
    assert desk.kept == []
    assert (desk.views[-1].note.key, desk.views[-1].can_send) == (key, True)


def test_what_cannot_be_sent_is_not_asked() -> None:
    desk = Desk()
    desk.presenter.on_send("http://help.example.org", "right-code", "Phone")
    assert desk.views[-1].note.key == "app.pair.bad_address"
    desk.presenter.on_send("help.example.org", "short", "Phone")
    assert desk.views[-1].note.key == "app.pair.bad_code"
    assert desk.asked == []


def test_settings_are_saved_at_once() -> None:
    saved: list[Hot] = []
    views: list[SettingsView] = []
    presenter = SettingsPresenter(
        hot=hot(), save=saved.append, leave=lambda: None, show=views.append
    )
    presenter.on_locale("ar")
    presenter.on_countdown(20)
    presenter.on_vibration(False)
    assert saved[-1] == hot(locale="ar", countdown_s=20, vibrates=False)
    assert views[-1] == SettingsView(locale="ar", countdown_s=20, vibrates=False)
