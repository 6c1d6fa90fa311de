"""What people receive: each text and call is expected by a line of the test, or it fails."""

import re
import sqlite3
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TypeVar
from urllib.parse import urlencode, urlsplit
from uuid import uuid4

from twilio.request_validator import RequestValidator

from tests.support.sandbox import ACCOUNT, LINE, TOKEN
from tests.support.stage import Stage
from tests.support.waiting import until
from tests.support.web import Answer, Caller

LINK = re.compile(r"https?://\S+/t#([0-9A-Za-z]{22})$")


@dataclass(frozen=True)
class Text:
    """A text as it stands on a contact's phone."""

    sid: str
    to: str
    body: str
    encoding: str
    segments: int
    _carrier: "SmsCarrier" = field(repr=False)

    def reply(self, body: str) -> None:
        """The contact answers it, and is thanked where the answer is one."""
        self._carrier.inbound(self.to, body)
        self._carrier.heard_back(self.to)

    def receipt(self, status: str, code: int | None = None) -> Answer:
        """What became of it, as the carrier reports to the address it was given."""
        return self._carrier.receipt(self.sid, self.to, status, code)

    @property
    def said(self) -> str:
        return self.body

    @property
    def code(self) -> str:
        """The incident's, such as K7P."""
        found = re.findall(r"\b[A-Z][2-9][A-Z]\b", self.body)
        assert found, f"no code in: {self.body}"
        return str(found[0])

    @property
    def link(self) -> str:
        """The secret of the contact's own page."""
        found = LINK.search(self.body)
        assert found, f"no link in: {self.body}"
        return found[1]


@dataclass(frozen=True)
class Call:
    """A call that rings on somebody's phone; `words` are what the line says once it is taken."""

    sid: str
    to: str
    words: str
    twiml: str
    _carrier: "SmsCarrier" = field(repr=False)

    @property
    def said(self) -> str:
        return self.words

    def press(self, digits: str) -> str:
        """Somebody picks up and presses a key; what the line says then."""
        return self._carrier.on_the_line(self.sid, digits=digits)

    def pick_up(self) -> None:
        """Somebody, or a mailbox, picks up and presses nothing."""
        self._carrier.on_the_line(self.sid)

    def decline(self) -> None:
        self._carrier.on_the_line(self.sid, decline=True)

    def receipt(self, status: str) -> Answer:
        """What became of it, as the carrier reports to the address it was given."""
        return self._carrier.call_receipt(self.sid, self.to, status)


Came = TypeVar("Came", Text, Call)


class SmsCarrier:
    """The sandbox, as stories speak of it. `work` lets the server's jobs do what is due."""

    def __init__(self, stage: Stage, server: Caller, work: Callable[[], None]) -> None:
        self.sandbox = stage.sandbox
        self._memory = stage.sandbox_memory
        self._server = server
        self._work = work
        self._expected: set[str] = set()

    def expect(self, whom: object, *words: str) -> Text:
        """The oldest text to them that no line has expected yet; it must hold the words."""
        return self._expect(self.unexpected(), whom, words)

    def expect_call(self, whom: object, *words: str) -> Call:
        """The oldest call to them that no line has expected yet; it must say the words."""
        return self._expect(self.unexpected_calls(), whom, words)

    def expect_silence(self) -> None:
        """Nobody has received anything that was not expected."""
        came: list[Text | Call] = [*self.unexpected(), *self.unexpected_calls()]
        assert not came, f"unexpected: {[(one.to, one.said) for one in came]}"

    def read_all(self) -> None:
        """Whatever came is not what this story is about."""
        self._expected.update(text.sid for text in self.unexpected())
        self._expected.update(call.sid for call in self.unexpected_calls())

    def unexpected_calls(self) -> list[Call]:
        self._work()
        return [call for call in self.calls() if call.sid not in self._expected]

    def calls(self) -> list[Call]:
        """Every call that was made, oldest first."""
        return [
            Call(one["sid"], one["to"], one["words"], one["twiml"], self)
            for one in self.sandbox.calls()
        ]

    def on_the_line(self, sid: str, **what: object) -> str:
        """Somebody does something with a call; the server has taken it when this returns."""
        said = self.sandbox.call("POST", "/_sandbox/keys", {"sid": sid, **what})
        until(self._all_posted, "the sandbox's webhook")
        self._work()
        return str(said["words"])

    def unexpected(self) -> list[Text]:
        self._work()
        return [text for text in self.texts() if text.sid not in self._expected]

    def texts(self) -> list[Text]:
        """Everything that people have received, oldest first."""
        return [
            Text(one["sid"], one["to"], one["body"], one["encoding"], one["segments"], self)
            for one in self.sandbox.messages()
        ]

    def trouble(self, **faults: object) -> None:
        """Bad days, as the sandbox knows them; none at all heals."""
        self.sandbox.faults(**faults)

    def inbound(self, sender: str, body: str, to: str = LINE) -> None:
        """A contact writes; the server has taken it when this returns."""
        self.sandbox.reply(sender, body, to)
        until(self._all_posted, "the sandbox's webhook")
        self._work()

    def heard_back(self, phone: str) -> None:
        """Thanks to them are read: most stories are about something else."""
        thanks = [text for text in self.unexpected() if text.to == phone]
        self._expected.update(text.sid for text in thanks if ": noted" in text.body)

    def post(
        self, path: str, form: dict[str, str], token: str = TOKEN, caller: Caller | None = None
    ) -> Answer:
        """A webhook, signed as the carrier signs; `caller` where several come at once."""
        signature = RequestValidator(token).compute_signature(self._server.url + path, form)
        headers = {
            "Content-Type": "application/x-www-form-urlencoded",
            "X-Twilio-Signature": signature,
        }
        return (caller or self._server).ask("POST", path, urlencode(form).encode(), headers)

    def receipt(
        self, sid: str, to: str, status: str, code: int | None = None, *, working: bool = True
    ) -> Answer:
        """`working`: the jobs do afterwards what is due; not where they are in a turn already."""
        address = urlsplit(self.callback_of(sid))
        form = status_form(sid, to, status, code)
        answer = self.post(f"{address.path}?{address.query}", form)
        if working:
            self._work()
        return answer

    def call_receipt(self, sid: str, to: str, status: str, *, working: bool = True) -> Answer:
        address = urlsplit(self.callback_of(sid))
        answer = self.post(f"{address.path}?{address.query}", call_form(sid, to, status))
        if working:
            self._work()
        return answer

    def _expect(self, came: list[Came], whom: object, words: tuple[str, ...]) -> Came:
        phone = _number(whom)
        waiting = [one for one in came if one.to == phone]
        found = next((one for one in waiting if all(word in one.said for word in words)), None)
        assert found, f"nothing to {phone} with {words}; {[one.said for one in waiting]}"
        self._expected.add(found.sid)
        return found

    def callback_of(self, sid: str) -> str:
        (found,) = self._look("SELECT callback FROM message WHERE sid = ?", sid)
        return str(found[0])

    def _all_posted(self) -> bool:
        return not self._look("SELECT 1 FROM webhook LIMIT 1")

    def _look(self, query: str, *values: str) -> list[tuple[object, ...]]:
        memory = sqlite3.connect(f"file:{self._memory}?mode=ro", uri=True)
        try:
            return memory.execute(query, values).fetchall()
        finally:
            memory.close()


def status_form(sid: str, to: str, status: str, code: int | None = None) -> dict[str, str]:
    """A receipt, with the names Twilio gives its fields."""
    form = {
        "MessageSid": sid,
        "SmsSid": sid,
        "AccountSid": ACCOUNT,
        "From": LINE,
        "To": to,
        "MessageStatus": status,
        "SmsStatus": status,
        "ApiVersion": "2010-04-01",
    }
    return form if code is None else form | {"ErrorCode": str(code)}


def call_form(sid: str, to: str, status: str, digits: str | None = None) -> dict[str, str]:
    """A report on a call or, with `digits`, a key on it, with the names Twilio gives its fields."""
    form = {
        "CallSid": sid,
        "AccountSid": ACCOUNT,
        "From": LINE,
        "To": to,
        "CallStatus": status,
        "Direction": "outbound-api",
        "ApiVersion": "2010-04-01",
    }
    return form if digits is None else form | {"Digits": digits}


def inbound_form(sender: str, body: str, sid: str | None = None) -> dict[str, str]:
    """A contact's text, with the names Twilio gives its fields."""
    sid = sid or "SM" + uuid4().hex
    return {
        "MessageSid": sid,
        "SmsSid": sid,
        "AccountSid": ACCOUNT,
        "From": sender,
        "To": LINE,
        "Body": body,
        "NumMedia": "0",
        "ApiVersion": "2010-04-01",
    }


def _number(whom: object) -> str:
    return whom if isinstance(whom, str) else str(getattr(whom, "phone"))  # noqa: B009
