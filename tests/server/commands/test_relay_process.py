"""A relay that cannot run is started again and again, and said to be gone."""

from pathlib import Path

import pytest

from server.commands.relay_process import RelayProcess
from tests.support.sandbox import eventually


def test_a_relay_that_keeps_ending_is_gone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("PUBLIC_URL", "KEY_FILE", "DATA"):
        monkeypatch.delenv(f"CANDLEWIRE_{name}", raising=False)
    monkeypatch.setenv("PYTHONPATH", str(Path.cwd()))
    monkeypatch.chdir(tmp_path)  # no settings here: each start is refused
    relay = RelayProcess()
    assert not relay.is_gone()
    relay.start()
    try:
        eventually(relay.is_gone, 60)
    finally:
        relay.stop(5)
    assert relay.late() == []
