"""A handset to stand on: the bridge is there, and what needs it is loaded anew."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.mobile.packaging.bridge import Android, handset, on_android


@pytest.fixture
def android(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Android]:
    # The app sets it, so that it is put back after the test.
    monkeypatch.setenv("SSL_CERT_FILE", os.environ.get("SSL_CERT_FILE", ""))
    bridge = handset(tmp_path)
    with on_android(bridge):
        yield bridge
