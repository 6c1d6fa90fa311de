"""What people receive: every text is expected by a line of the test, or the test fails."""

import re
import sqlite3
from collections.abc import Callable
from dataclasses import dataclass, field
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
        """The contact answers it."""
        self._carrier.inbound(self.to, body)

    def receipt(self, status: str, code: int | None = None) -> Answer:
        """What became of it, as the carrier reports to the address it was given."""
        return self._carrier.receipt(self.sid, self.to, status, code)

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
        phone = _number(whom)
        waiting = [text for text in self.unexpected() if text.to == phone]
        found = next((text for text in waiting if all(word in text.body for word in words)), None)
        assert found, f"no text to {phone} with {words}; unread there: {_bodies(waiting)}"
        self._expected.add(found.sid)
        return found

    def expect_silence(self) -> None:
        """Nobody has received anything that was not expected."""
        texts = self.unexpected()
        assert not texts, f"unexpected: {[(text.to, text.body) for text in texts]}"

    def read_all(self) -> None:
        """Whatever came is not what this story is about."""
        self._expected.update(text.sid for text in self.unexpected())

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

    def inbound(self, sender: str, body: str) -> None:
        """A contact writes; the server has taken it when this returns."""
        self.sandbox.reply(sender, body)
        until(self._all_posted, "the sandbox's webhook")
        self._work()

    def post(self, path: str, form: dict[str, str], token: str = TOKEN) -> Answer:
        """A webhook, signed as the carrier signs."""
        signature = RequestValidator(token).compute_signature(self._server.url + path, form)
        headers = {
            "Content-Type": "application/x-www-form-urlencoded",
            "X-Twilio-Signature": signature,
        }
        return self._server.ask("POST", path, urlencode(form).encode(), headers)

    def receipt(
        self, sid: str, to: str, status: str, code: int | None = None, *, working: bool = True
    ) -> Answer:
        """`working`: the jobs do afterwards what is due; not where they are in a turn already."""
        address = urlsplit(self._callback_of(sid))
        form = status_form(sid, to, status, code)
        answer = self.post(f"{address.path}?{address.query}", form)
        if working:
            self._work()
        return answer

    def _callback_of(self, sid: str) -> str:
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


def _bodies(texts: list[Text]) -> list[str]:
    return [text.body for text in texts]
