"""The operator, and the process as it was before their commands."""

import logging
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.server.commands.operating import INIT, PASSWORD, Operator


@pytest.fixture
def operator(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Iterator[Operator]:
    handlers, level, mask = logging.root.handlers[:], logging.root.level, os.umask(0o022)
    yield Operator(tmp_path, monkeypatch, capsys)
    logging.root.handlers[:] = handlers
    logging.root.setLevel(level)
    os.umask(mask)


@pytest.fixture(scope="session")
def set_up(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder in which `candlewire init` ran, to be copied: it takes a third of a second."""
    folder = tmp_path_factory.mktemp("set-up")
    here = {"CANDLEWIRE_DATA": "data", "CANDLEWIRE_KEY_FILE": "keys/ring.json"}
    subprocess.run(
        [sys.executable, "-m", "server", *INIT],
        input=PASSWORD,
        text=True,
        cwd=folder,
        env=os.environ | here,
        stdout=subprocess.DEVNULL,
        check=True,
    )
    return folder


@pytest.fixture
def server(operator: Operator, set_up: Path) -> Operator:
    """The same operator after `candlewire init`."""
    shutil.copytree(set_up, operator.folder, dirs_exist_ok=True)
    return operator
