"""Both bindings of libsodium give the same bytes; nothing that was changed or moved opens."""

from collections.abc import Iterator

import pytest

from shared import crypto
from shared.crypto import CryptoError

BINDINGS = {"pynacl": crypto.pynacl, "pysodium": crypto.pysodium}
OTHER = {"pynacl": "pysodium", "pysodium": "pynacl"}
SEED = bytes(range(32))
CHEAP = crypto.Cost(1, 8 * 1024 * 1024)


@pytest.fixture(autouse=True)
def the_binding_in_use_is_put_back() -> Iterator[None]:
    yield
    crypto.use(crypto.pynacl())


@pytest.fixture(params=BINDINGS)
def binding(request):
    crypto.use(BINDINGS[request.param]())
    return request.param


def flipped(box: bytes) -> Iterator[bytes]:
    for place in range(len(box)):
        yield box[:place] + bytes([box[place] ^ 1]) + box[place + 1 :]


def shortened(box: bytes) -> Iterator[bytes]:
    return (box[:size] for size in range(len(box)))


def test_both_bindings_give_the_same_bytes():
    one, other = crypto.pynacl(), crypto.pysodium()
    salt, nonce, key = bytes(16), bytes(24), SEED
    _, private = one.sign_pair(SEED)
    assert one.box_pair(SEED) == other.box_pair(SEED)
    assert one.sign_pair(SEED) == other.sign_pair(SEED)
    assert one.sign(b"said", private) == other.sign(b"said", private)
    assert one.stretch(32, b"password", salt, CHEAP) == other.stretch(32, b"password", salt, CHEAP)
    assert one.encrypt(b"said", b"row", nonce, key) == other.encrypt(b"said", b"row", nonce, key)


def test_each_binding_opens_what_the_other_made(binding):
    pair, signer = crypto.box_pair(SEED), crypto.sign_pair(SEED)
    sealed = crypto.seal(pair.public, b"said")
    encrypted = crypto.encrypt(SEED, b"said", b"row")
    signature = crypto.sign(signer.private, b"said")
    verifier = crypto.code_verifier("2468")
    crypto.use(BINDINGS[OTHER[binding]]())
    assert crypto.unseal(pair, sealed) == b"said"
    assert crypto.decrypt(SEED, encrypted, b"row") == b"said"
    crypto.verify(signer.public, b"said", signature)
    assert crypto.code_matches("2468", verifier)
    assert not crypto.code_matches("2469", verifier)


def test_hkdf_gives_the_bytes_of_rfc_5869_test_case_3():
    expected = "8da4e775a563c18f715f802a063c5a31b8a11f5c5ee1879ec3454e5f3c738d2d"
    assert crypto.derive(b"\x0b" * 22, "").hex() == expected
    assert crypto.derive(b"\x0b" * 22, "", 16).hex() == expected[:32]


def test_derived_keys_differ_by_label_and_are_one_block_at_most():
    assert crypto.derive(SEED, "a") != crypto.derive(SEED, "b")
    with pytest.raises(ValueError, match="32"):
        crypto.derive(SEED, "a", 33)


def test_a_dispatch_pair_is_the_box_pair_of_its_derived_seed():
    token = b"t" * 32
    expected = crypto.box_pair(crypto.derive(token, "candlewire/1/dispatch"))
    assert crypto.dispatch_pair(token) == expected
    assert crypto.dispatch_pair(b"u" * 32) != expected


@pytest.mark.usefixtures("binding")
class TestNothingChangedOpens:
    def test_a_sealed_box(self):
        pair = crypto.box_pair(SEED)
        box = crypto.seal(pair.public, b"said")
        for changed in (*flipped(box), *shortened(box), box + b"\0"):
            with pytest.raises(CryptoError):
                crypto.unseal(pair, changed)

    def test_a_row(self):
        box = crypto.encrypt(SEED, b"said", b"row")
        for changed in (*flipped(box), *shortened(box), box + b"\0"):
            with pytest.raises(CryptoError):
                crypto.decrypt(SEED, changed, b"row")

    def test_a_signature(self):
        pair = crypto.sign_pair(SEED)
        signature = crypto.sign(pair.private, b"said")
        for changed in (*flipped(signature), *shortened(signature)):
            with pytest.raises(CryptoError):
                crypto.verify(pair.public, b"said", changed)

    def test_a_signed_message(self):
        pair = crypto.sign_pair(SEED)
        signature = crypto.sign(pair.private, b"said")
        for changed in (*flipped(b"said"), b"sai", b"said "):
            with pytest.raises(CryptoError):
                crypto.verify(pair.public, changed, signature)

    def test_a_row_that_was_moved(self):
        box = crypto.encrypt(SEED, b"said", b"row 1")
        for about in (b"row 2", b"", b"row 1 "):
            with pytest.raises(CryptoError):
                crypto.decrypt(SEED, box, about)

    def test_with_another_key(self):
        with pytest.raises(CryptoError):
            crypto.decrypt(bytes(32), crypto.encrypt(SEED, b"said", b"row"), b"row")
        with pytest.raises(CryptoError):
            crypto.unseal(crypto.box_pair(), crypto.seal(crypto.box_pair(SEED).public, b"said"))


@pytest.mark.parametrize("message", [b"", b"\0" * 8192])
def test_any_size_is_sealed_with_its_version_in_front(binding, message):
    pair = crypto.box_pair(SEED)
    sealed, encrypted = crypto.seal(pair.public, message), crypto.encrypt(SEED, message, b"")
    assert sealed[:1] == encrypted[:1] == b"\x01"
    assert (crypto.unseal(pair, sealed), crypto.decrypt(SEED, encrypted, b"")) == (message, message)


def test_the_same_message_is_never_sealed_to_the_same_bytes(binding):
    pair = crypto.box_pair(SEED)
    assert crypto.seal(pair.public, b"said") != crypto.seal(pair.public, b"said")
    assert crypto.encrypt(SEED, b"said", b"row") != crypto.encrypt(SEED, b"said", b"row")
    assert crypto.code_verifier("2468") != crypto.code_verifier("2468")


def test_an_error_names_neither_key_nor_message():
    with pytest.raises(CryptoError) as caught:
        crypto.decrypt(SEED, crypto.encrypt(SEED, b"said", b"row"), b"other")
    assert str(caught.value) == "the blob does not open with this key"


def test_random_text_is_base62_of_that_length():
    drawn = "".join(crypto.random_text(22) for _ in range(500))
    assert set(drawn) == set(crypto.BASE62)
    assert len(drawn) == 500 * 22
    assert len(crypto.random_bytes()) == crypto.KEY_SIZE


@pytest.mark.parametrize("size", [0, 31, 33])
def test_a_key_of_another_size_is_refused(size: int) -> None:
    with pytest.raises(ValueError, match="32 bytes"):
        crypto.encrypt(bytes(size), b"message", b"row")
    with pytest.raises(ValueError, match="32 bytes"):
        crypto.decrypt(bytes(size), crypto.encrypt(bytes(32), b"message", b"row"), b"row")
