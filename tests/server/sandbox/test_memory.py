"""What was answered is there after a kill, and what was due is still posted."""

import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.error import URLError

from twilio.rest import Client

from tests.support.sandbox import ACCOUNT, LINE, TOKEN, Receiver, Sandbox, eventually, sandbox
from tests.support.serving import serve

ANA = "+447700900101"

PROGRAM = f"""
import sys
from pathlib import Path
import uvicorn
from server.sandbox import create_sandbox
app = create_sandbox(Path(sys.argv[1]), {ACCOUNT!r}, {TOKEN!r}, sys.argv[3])
uvicorn.run(app, port=int(sys.argv[2]), log_level="warning")
"""


@contextmanager
def process(data: Path, port: int, inbound_url: str) -> Iterator[Sandbox]:
    """A sandbox in a process of its own, killed at the end."""
    child = subprocess.Popen([sys.executable, "-c", PROGRAM, str(data), str(port), inbound_url])
    running = Sandbox(f"http://127.0.0.1:{port}")
    try:
        eventually(lambda: answers(running), seconds=20)
        yield running
    finally:
        os.kill(child.pid, signal.SIGKILL)
        child.wait()


def answers(running: Sandbox) -> bool:
    try:
        running.messages()
    except (URLError, ConnectionError):
        return False
    return True


def test_a_kill_loses_no_text_no_answer_and_no_receipt(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as reserved:
        port = reserved.getsockname()[1]
    receiver = Receiver()
    with serve(receiver) as server:
        inbound_url = f"{server}/twilio/inbound"
        with process(tmp_path, port, inbound_url) as first:
            client = Client(ACCOUNT, TOKEN)
            client.api.base_url = first.url
            sids = [
                client.messages.create(
                    to=ANA, from_=LINE, body=f"text {n}", status_callback=f"{server}/status"
                ).sid
                for n in range(10)
            ]
            client.http_client.session.close()
            answer = first.reply(ANA, "STOP")
        with sandbox(tmp_path, inbound_url) as second:
            assert [text["sid"] for text in second.messages()] == sids
            posts = receiver.wait_for(
                lambda posts: (
                    {post.form["MessageSid"] for post in posts} == {*sids, answer}
                    and {
                        post.form["MessageSid"]
                        for post in posts
                        if post.form.get("MessageStatus") == "delivered"
                    }
                    == set(sids)
                )
            )
            assert len(posts) >= 21
