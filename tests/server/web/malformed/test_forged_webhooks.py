"""Webhooks that the carrier did not post: mutated ones (W1), and real ones cut anew (W2)."""

from collections.abc import Callable, Iterator
from random import Random
from typing import NamedTuple
from urllib.parse import parse_qsl, urlencode, urlsplit
from uuid import uuid4

import pytest
from twilio.request_validator import RequestValidator

from server.carriers import signature
from tests.server.web.malformed.noticing import Keeper
from tests.server.web.malformed.scene import Scene
from tests.support.carrier import call_form, inbound_form, status_form
from tests.support.malformed import MARK
from tests.support.sandbox import TOKEN
from tests.support.web import Answer

FORGED = 5_000
LOOK_EVERY = 100  # posts between two looks at everything that is stored
FORM = "application/x-www-form-urlencoded"
READ = {
    "status": {"MessageSid", "MessageStatus", "AccountSid", "ErrorCode"},
    "inbound": {"MessageSid", "From", "Body", "AccountSid"},
    "voice": {"CallSid", "Digits", "AccountSid"},
}

Form = dict[str, str]


class Post(NamedTuple):
    """A webhook as it would arrive: its bytes, its address and its headers."""

    path: str
    body: bytes
    headers: dict[str, str]


class Real(NamedTuple):
    """One that the carrier might post here, with its signature."""

    door: str
    path: str
    form: Form
    signature: str

    def post(self, **headers: str) -> Post:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        kept = {"Content-Type": FORM, "X-Twilio-Signature": self.signature}
        return Post(self.path, urlencode(self.form).encode(), kept | named)


def test_no_forged_webhook_changes_anything(scene: Scene) -> None:
    """W1: 0 state changes and 0 answers of 5xx, whatever is posted at the three doors."""
    chance, keeper = Random("forged"), Keeper(scene.world)
    webhooks = reals(scene)
    for number in range(FORGED):
        post = WAYS[number % len(WAYS)](chance, chance.choice(webhooks), scene.world.url)
        answer = sent(scene, post)
        assert answer.status in (400, 403, 413), (answer.status, post)
        if number % LOOK_EVERY == 0:
            assert keeper.nothing_changed(), post
    assert keeper.nothing_changed()


def test_ten_megabytes_are_not_read(scene: Scene) -> None:
    """W1, the large ones: refused after the first bytes, and the connection is cut."""
    keeper = Keeper(scene.world)
    for real in reals(scene):
        post = real.post()
        body = post.body + b"&Padding=" + b"x" * 10_000_000
        try:
            answer = sent(scene, post._replace(body=body))
        except ConnectionError:
            continue
        assert answer.status == 413
    assert keeper.nothing_changed()


def test_a_webhook_cut_anew_under_its_own_signature_is_refused(scene: Scene) -> None:
    """W2: names and values are signed without a mark between them."""
    keeper, tried = Keeper(scene.world), 0
    for real in reals(scene):
        for path, form in cut_anew(real):
            fields = [name for name in READ[real.door] if form.get(name) != real.form.get(name)]
            if path == real.path and not fields:
                continue  # what is read of it is what was signed
            tried += 1
            answer = sent(scene, real._replace(path=path, form=form).post())
            assert answer.status in (400, 403, 404), (answer.status, path, form)
    assert tried > 50
    assert keeper.nothing_changed()


def test_a_text_cannot_bring_another_sender_with_it(scene: Scene) -> None:
    """W2: somebody writes what would read as fields, and cuts the signed form at those."""
    keeper, ben = Keeper(scene.world), scene.ana.contacts[0].phone
    sid, mallory = "SM" + "f" * 32, "+12025550177"
    for tail in ("FromCity", f"MessageSid{sid}To"):
        said = inbound_form(mallory, f"1From{ben}{tail}")
        real = signed("inbound", scene.world.url, "/twilio/inbound", said)
        before, _, after = joined(real).partition(f"Body1From{ben}")
        form = dict(real.form) | {"Body": "1", "From": ben}
        if tail == "FromCity":
            form["FromCity"] = f"From{mallory}"
        else:
            form = {name: form[name] for name in ("AccountSid", "ApiVersion", "Body", "From")}
            form |= {"MessageSid": sid, "To": after.removeprefix(tail)}
        assert before.startswith("/twilio/inbound")
        assert is_valid(real, scene.world.url, real.path, form)
        assert sent(scene, real._replace(form=form).post()).status == 403
    assert keeper.nothing_changed()


def test_all_that_twilio_is_known_to_send_is_taken(scene: Scene) -> None:
    """What tells a form that was cut anew must not tell against a whole one."""
    ben, sid = scene.ana.contacts[0].phone, "SM" + "a" * 32
    place = {"City": "FROMELLES", "State": "", "Zip": "59249", "Country": "FR"}
    where = {f"{end}{what}": value for end in ("From", "To") for what, value in place.items()}
    text = inbound_form(ben, "From+33639980001 ErrorCode1 MessageSidSM", sid) | where
    text |= {"SmsMessageSid": sid, "SmsStatus": "received", "NumSegments": "1", "ToZip": ""}
    text |= {"OriginalRepliedMessageSid": sid, "MessagingServiceSid": "MG" + "b" * 32}
    call = call_form("CA" + "0" * 32, ben, "in-progress", "") | where
    call |= {"Called": ben, "Caller": "+12025550199", "ParentCallSid": "CA" + "1" * 32}
    call |= {"ForwardedFrom": "+12025550198", "Timestamp": "Sun, 22 Nov 2026 22:22:22 +0000"}
    receipt = status_form(sid, ben, "failed", 30008) | {"RawDlrDoneDate": "2611222222"}
    receipt["ErrorMessage"] = "Unknown error From the carrier"
    attempt = f"attempt={uuid4()}"
    post = scene.world.carrier.post
    assert post("/twilio/inbound", text).status == 200
    assert post(f"/twilio/status?{attempt}", receipt).status == 204
    assert post(f"/twilio/status?{attempt}", call).status == 204
    assert post(f"/twilio/voice?{attempt}&language=en", call).status == 200
    scene.world.carrier.read_all()


def reals(scene: Scene) -> list[Real]:
    """One for each door; the receipt and the key are for attempts that exist nowhere else."""
    ben, url = scene.ana.contacts[0].phone, scene.world.url
    text = scene.world.carrier.texts()[0]
    callback = urlsplit(scene.world.carrier.callback_of(text.sid))
    voice = f"/twilio/voice?attempt={uuid4()}&language=en"
    return [
        signed(
            "status",
            url,
            f"{callback.path}?{callback.query}",
            status_form(text.sid, ben, "failed", 30008),
        ),
        signed("inbound", url, "/twilio/inbound", inbound_form(ben, "1")),
        signed("voice", url, voice, call_form("CA" + "0" * 32, ben, "in-progress", "1")),
    ]


def signed(door: str, url: str, path: str, form: Form) -> Real:
    return Real(door, path, form, RequestValidator(TOKEN).compute_signature(url + path, form))


def sent(scene: Scene, post: Post) -> Answer:
    return scene.world.caller.ask("POST", post.path, post.body, post.headers)


def is_valid(real: Real, url: str, path: str, form: Form) -> bool:
    return signature.valid(url + path, form, real.signature, [TOKEN])


# How the mutated ones are made


def _other_signature(chance: Random, real: Real, url: str) -> Post:
    other = chance.choice(["", " ", MARK, real.signature[:-1], real.signature.lower(), "é", "="])
    return real.post(X_Twilio_Signature=other)


def _no_signature(chance: Random, real: Real, url: str) -> Post:
    post = real.post()
    del post.headers["X-Twilio-Signature"]
    return post


def _other_token(chance: Random, real: Real, url: str) -> Post:
    token = chance.choice(["", MARK, TOKEN[:-1], TOKEN.upper() + "x"])
    made = RequestValidator(token).compute_signature(url + real.path, real.form)
    return real.post(X_Twilio_Signature=made)


def _other_address(chance: Random, real: Real, url: str) -> Post:
    """Signed for another host, port or scheme, which the headers claim to be ours."""
    host = chance.choice(["evil.example", "127.0.0.1:1", "localhost", "[::1]:8443", "a:99999"])
    scheme = chance.choice(["http", "https"])
    made = RequestValidator(TOKEN).compute_signature(f"{scheme}://{host}{real.path}", real.form)
    claims = {
        "Host": host,
        "X-Forwarded-Host": host,
        "X-Forwarded-Proto": scheme,
        "X-Forwarded-Port": host.rpartition(":")[2],
        "Forwarded": f"host={host};proto={scheme}",
        "X-Original-URL": f"{scheme}://{host}{real.path}",
    }
    name = chance.choice(sorted(claims))
    post = real.post(X_Twilio_Signature=made)
    return post._replace(headers=post.headers | {name: claims[name]})


def _other_kind(chance: Random, real: Real, url: str) -> Post:
    """JSON, multipart, text: signed or not, only a form is one."""
    kind = chance.choice(
        ["application/json", "multipart/form-data; boundary=x", "text/plain", "", "é"]
    )
    body = chance.choice([real.post().body, b"{}", b"--x\r\n\r\n1\r\n--x--\r\n", b"[" * 9_000])
    return real.post(Content_Type=kind)._replace(body=body)


def _repeated_field(chance: Random, real: Real, url: str) -> Post:
    """Signed as it stands, with a name in it twice: which of the two was meant?"""
    name = chance.choice(sorted(real.form))
    value = chance.choice([real.form[name], MARK, "1", ""])
    pairs = [*real.form.items(), (name, value)]
    chance.shuffle(pairs)
    form = dict(pairs)
    made = RequestValidator(TOKEN).compute_signature(url + real.path, form)
    return real.post(X_Twilio_Signature=made)._replace(body=urlencode(pairs).encode())


def _changed_value(chance: Random, real: Real, url: str) -> Post:
    name = chance.choice([*real.form, "Extra"])
    form = real.form | {name: chance.choice([MARK, "", "1", "delivered", "\x00"])}
    if form == real.form:
        del form[name]
    return real._replace(form=form).post()


def _changed_address(chance: Random, real: Real, url: str) -> Post:
    more = chance.choice(["x=1", "attempt=1", "attempt=", "%20", MARK])
    return real._replace(path=f"{real.path}{'&' if '?' in real.path else '?'}{more}").post()


def _flipped_bytes(chance: Random, real: Real, url: str) -> Post:
    body = bytearray(real.post().body)
    at = chance.randrange(len(body))
    body[at] = (body[at] + chance.randint(1, 255)) % 256
    if dict(parse_qsl(body.decode("latin-1"), keep_blank_values=True)) == real.form:
        body[:0] = b"a=1&"
    return real.post()._replace(body=bytes(body))


WAYS: list[Callable[[Random, Real, str], Post]] = [
    _no_signature,
    _other_signature,
    _other_token,
    _other_address,
    _other_kind,
    _repeated_field,
    _changed_value,
    _changed_address,
    _flipped_bytes,
]


# How the real ones are cut anew


def joined(real: Real) -> str:
    """What is signed, after the host."""
    return real.path + "".join(name + real.form[name] for name in sorted(real.form))


def cut_anew(real: Real) -> Iterator[tuple[str, Form]]:
    """Every boundary moved by up to three characters, every neighbour merged into another."""
    pieces = [real.path]
    for name in sorted(real.form):
        pieces += [name, real.form[name]]
    for place in range(len(pieces) - 1):
        for by in (-3, -2, -1, 1, 2, 3):
            moved = _moved(pieces, place, by)
            if moved is not None and (form := _form(moved)) is not None:
                yield moved[0], form
    for place in range(0, len(pieces) - 2, 2):  # a value swallows the field after it
        whole = "".join(pieces[place : place + 3])
        if (form := _form(merged := [*pieces[:place], whole, *pieces[place + 3 :]])) is not None:
            yield merged[0], form


def _moved(pieces: list[str], place: int, by: int) -> list[str] | None:
    left, right = pieces[place], pieces[place + 1]
    at = len(left) + by
    both = left + right
    if not 0 < at < len(both):
        return None
    return [*pieces[:place], both[:at], both[at:], *pieces[place + 2 :]]


def _form(pieces: list[str]) -> Form | None:
    """None where the names are no longer in order: the signature would not be good."""
    names = pieces[1::2]
    in_order = names == sorted(set(names)) and all(names)
    return dict(zip(names, pieces[2::2], strict=True)) if in_order else None


@pytest.fixture(autouse=True)
def _signatures_are_good(scene: Scene) -> None:
    """Or nothing here would prove anything."""
    for real in reals(scene):
        assert is_valid(real, scene.world.url, real.path, real.form)
