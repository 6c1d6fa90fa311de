"""A few seeded points of each fault run; `make soak` has the full numbers."""

import json
import shutil

import pytest

from tests.soak.__main__ import NAMES, run
from tests.soak.options import Options


@pytest.mark.parametrize("name", NAMES)
def test_a_few_points(name: str) -> None:
    if name == "power_cut" and shutil.which("strace") is None:
        pytest.skip("strace is not installed")
    found = run(name, Options().few())
    assert not found["failed"], json.dumps(found)  # all of it: a repr is cut off
