"""What leaves on paper: our pages, our fonts, and the child process that sets them."""

import json
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

# On a machine of many cores, each thread would reserve memory that it never needs.
TWO_THREADS = {"RAYON_NUM_THREADS": "2", "MALLOC_ARENA_MAX": "2"}
TYPESETTER = Path(__file__).parent / "typesetter.py"
PATIENCE = 60.0  # seconds; thirty incidents of 200 entries take eight, one takes half a second


class NotPrinted(Exception):
    """The page could not be set: too much for the time or memory that it has."""


def printed(page: str, content: Mapping[str, Any], form: str = "pdf") -> bytes:
    """The document. Nothing of it touches a disk, and the process that held it is gone."""
    asked = json.dumps({"page": page, "content": content, "format": form}).encode()
    try:
        child = subprocess.run(  # noqa: S603 - our own file, and no argument from outside
            [sys.executable, "-I", str(TYPESETTER)],
            input=asked,
            capture_output=True,
            env=TWO_THREADS,
            timeout=PATIENCE,
            check=False,
        )
    except subprocess.TimeoutExpired:
        raise NotPrinted("it took too long") from None
    if child.returncode or not child.stdout:
        # What it complained of may hold names, so it is told to nobody.
        raise NotPrinted(f"the typesetter ended with {child.returncode}")
    return child.stdout
