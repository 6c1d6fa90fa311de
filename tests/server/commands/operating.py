"""An operator at a terminal: a machine of their own, and commands run in this process or beside."""

import io
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

import pytest

from server.cli import main
from tests.support.sandbox import ACCOUNT, LINE, TOKEN

PASSWORD = "several unrelated words"
EMAIL = "ada@hub.example"
PUBLIC_URL = "https://go.example.org"
INIT = [
    *("init", "--office", "Hub", "--name", "Ada", "--email", EMAIL),
    *("--password-stdin", "--recovery-file", "recovery"),
]


class Said(NamedTuple):
    status: int
    out: str
    err: str


@dataclass
class Operator:
    """Runs `candlewire` in `folder`; `settings` are its environment, without their prefix."""

    folder: Path
    monkeypatch: pytest.MonkeyPatch
    capsys: pytest.CaptureFixture[str]
    settings: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.settings = {
            "DATA": str(self.folder / "data"),
            "KEY_FILE": str(self.key_file),
            "PUBLIC_URL": PUBLIC_URL,
            "TWILIO_ACCOUNT_SID": ACCOUNT,
            "TWILIO_AUTH_TOKEN": TOKEN,
            "TWILIO_FROM": LINE,
            "TWILIO_API_URL": "http://127.0.0.1:9",
        }

    @property
    def key_file(self) -> Path:
        return self.folder / "keys" / "ring.json"

    @property
    def database(self) -> Path:
        return self.folder / "data" / "candlewire.db"

    @property
    def recovery(self) -> str:
        return (self.folder / "recovery").read_text().strip()

    @property
    def environment(self) -> dict[str, str]:
        kept = {name: value for name, value in os.environ.items() if "CANDLEWIRE" not in name}
        return kept | {f"CANDLEWIRE_{name}": value for name, value in self.settings.items()}

    def run(self, *words: str, stdin: str = "") -> Said:
        """In this process: a start of Python costs a second."""
        with self.monkeypatch.context() as patch:
            patch.setattr(os, "environ", self.environment)
            patch.setattr(sys, "stdin", io.StringIO(stdin))
            patch.chdir(self.folder)
            status = main(list(words))
        return Said(status, *self.capsys.readouterr())

    def done(self, *words: str, stdin: str = "") -> str:
        """What a command that succeeds says."""
        said = self.run(*words, stdin=stdin)
        assert said.status == 0, said.err
        return said.out

    def refused(self, *words: str, stdin: str = "") -> str:
        """Why a command refuses."""
        said = self.run(*words, stdin=stdin)
        assert said.status == 1, said.out
        return said.err

    def init(self) -> str:
        return self.done(*INIT, stdin=PASSWORD)

    @contextmanager
    def running(self, *words: str) -> Iterator["subprocess.Popen[str]"]:
        """A process of its own, which has said its first line; killed at the end if it must be."""
        with (self.folder / f"{words[0]}.err").open("a") as errors:
            process = subprocess.Popen(
                [sys.executable, "-m", "server", *words],
                env=self.environment,
                cwd=self.folder,
                stdout=subprocess.PIPE,
                stderr=errors,
                text=True,
            )
        try:
            yield process
        finally:
            if process.poll() is None:
                process.send_signal(signal.SIGTERM)
            process.wait(15)
            if process.stdout is not None:
                process.stdout.close()
