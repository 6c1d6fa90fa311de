"""A blob opens in its own place, whole and unchanged, and nowhere else."""

from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.vault import (
    LINK_SHARED,
    KeyFileError,
    Ring,
    Vault,
    about,
    incident_keys,
    link,
    new_link_secrets,
)
from shared import crypto
from shared.crypto import CryptoError

VAULT = Vault(Ring.new())
OTHER = Vault(Ring.new())
PAIR = crypto.box_pair()
STRANGER = crypto.box_pair()
KEY = crypto.random_bytes()
HERE, THERE = about("entry", 7, "incident", 7), about("entry", 8, "incident", 8)
MESSAGE = b"14.6937 -17.4441, +33 6 39 98 00 01"


class Way(NamedTuple):
    """One way to seal and to open; the place does not matter to a box."""

    seal: Callable[[bytes, bytes], bytes]
    open: Callable[[bytes, bytes], bytes]


WAYS = {
    "keep": Way(VAULT.keep, VAULT.read),
    "row": Way(
        lambda message, place: VAULT.seal_row(incident_keys(PAIR), message, place),
        lambda blob, place: VAULT.open_row(PAIR, blob, place),
    ),
    "blind row": Way(
        lambda message, place: VAULT.seal_row_blind(PAIR.public, message, place),
        lambda blob, place: VAULT.open_row(PAIR, blob, place),
    ),
    "lock": Way(
        lambda message, place: VAULT.lock(KEY, message, place),
        lambda blob, place: VAULT.unlock(KEY, blob, place),
    ),
    "box": Way(
        lambda message, place: VAULT.box(PAIR.public, message),
        lambda blob, place: VAULT.unbox(PAIR, blob),
    ),
}
PLACED = [name for name in WAYS if name != "box"]


@pytest.mark.parametrize("way", WAYS.values(), ids=WAYS)
@given(message=st.binary(max_size=200))
def test_what_was_sealed_opens_and_shows_nothing_before(way: Way, message: bytes) -> None:
    blob = way.seal(message, HERE)
    assert way.open(blob, HERE) == message
    assert blob != way.seal(message, HERE), "never the same bytes twice"
    if len(message) > 3:
        assert message not in blob


@pytest.mark.parametrize("way", WAYS.values(), ids=WAYS)
def test_any_changed_byte_is_noticed(way: Way) -> None:
    blob = way.seal(MESSAGE, HERE)
    for at in range(len(blob)):
        for changed in (blob[at] ^ 1, blob[at] ^ 0x80):
            with pytest.raises(CryptoError):
                way.open(blob[:at] + bytes([changed]) + blob[at + 1 :], HERE)


@pytest.mark.parametrize("way", WAYS.values(), ids=WAYS)
def test_a_blob_cut_short_is_noticed(way: Way) -> None:
    blob = way.seal(MESSAGE, HERE)
    for length in range(len(blob)):
        with pytest.raises(CryptoError):
            way.open(blob[:length], HERE)


@pytest.mark.parametrize("name", PLACED)
def test_a_row_moved_to_another_place_is_noticed(name: str) -> None:
    way = WAYS[name]
    with pytest.raises(CryptoError):
        way.open(way.seal(MESSAGE, HERE), THERE)


@given(
    st.tuples(st.text(max_size=8), st.integers(), st.text(max_size=8), st.integers()),
    st.tuples(st.text(max_size=8), st.integers(), st.text(max_size=8), st.integers()),
)
def test_other_places_have_other_names(
    one: tuple[str, int, str, int], two: tuple[str, int, str, int]
) -> None:
    if "|" not in one[0] + one[2] + two[0] + two[2]:
        assert (about(*one) == about(*two)) == (one == two)


def test_another_key_opens_nothing() -> None:
    with pytest.raises(CryptoError):
        OTHER.read(VAULT.keep(MESSAGE, HERE), HERE)
    with pytest.raises(CryptoError):
        VAULT.unbox(STRANGER, VAULT.box(PAIR.public, MESSAGE))
    for blob in (
        VAULT.seal_row(incident_keys(PAIR), MESSAGE, HERE),
        VAULT.seal_row_blind(PAIR.public, MESSAGE, HERE),
    ):
        with pytest.raises(CryptoError):
            VAULT.open_row(STRANGER, blob, HERE)


def test_an_older_key_of_the_ring_still_reads_and_the_newest_seals() -> None:
    old = Ring.new()
    grown = Vault(Ring({**old.keys, 2: crypto.random_bytes()}, 2, old.index_key))
    assert grown.read(Vault(old).keep(MESSAGE, HERE), HERE) == MESSAGE
    assert grown.keep(MESSAGE, HERE)[0] == 2
    with pytest.raises(CryptoError):
        Vault(old).read(grown.keep(MESSAGE, HERE), HERE)


def test_equal_numbers_match_under_one_ring_alone() -> None:
    assert VAULT.mac("+33639980001") == VAULT.mac("+33639980001")
    assert VAULT.mac("+33639980001") != VAULT.mac("+33639980002")
    assert VAULT.mac("+33639980001") != OTHER.mac("+33639980001")


def test_a_link_is_found_by_one_half_and_opened_by_the_other() -> None:
    secret, fellow = new_link_secrets(2)
    assert link(secret) == link(secret)
    assert bytes.fromhex(link(secret).lookup)[LINK_SHARED:] not in link(secret).key
    assert link(secret) != link(fellow)


def test_links_of_one_incident_share_four_characters_and_no_more() -> None:
    one, two = new_link_secrets(2)
    (other,) = new_link_secrets(1)
    assert len(one) == len(two) == 22
    assert one[:LINK_SHARED] == two[:LINK_SHARED] != other[:LINK_SHARED]
    assert link(one).lookup[: 2 * LINK_SHARED] == link(two).lookup[: 2 * LINK_SHARED]
    assert one[LINK_SHARED:] != two[LINK_SHARED:]


def test_one_sealed_key_serves_many_rows_and_only_its_holder() -> None:
    sealed = VAULT.sealed_key(PAIR.public)
    for message in (MESSAGE, b"another"):
        blob = VAULT.seal_with(sealed, message, HERE)
        assert VAULT.open_row(PAIR, blob, HERE) == message
        with pytest.raises(CryptoError):
            VAULT.open_row(STRANGER, blob, HERE)


def test_the_ring_is_the_owners_alone_and_comes_back_as_it_was(tmp_path: Path) -> None:
    ring, path = Ring.new(), tmp_path / "keys.json"
    ring.save(path)
    assert path.stat().st_mode & 0o777 == 0o600
    assert Ring.load(path) == ring


@pytest.mark.parametrize("content", ["", "{}", "[]", '{"keys": {}, "current": 1, "index_key": ""}'])
def test_a_ring_that_cannot_be_used_is_said_so(tmp_path: Path, content: str) -> None:
    path = tmp_path / "keys.json"
    path.write_text(content)
    with pytest.raises(KeyFileError):
        Ring.load(path)


def test_no_key_shows_when_a_ring_is_printed() -> None:
    ring = Ring.new()
    shown = repr(ring) + repr(Vault(ring))
    assert repr(ring.index_key) not in shown
    assert repr(ring.keys[1]) not in shown
