"""What the packager calls before it assembles: our manifest, and our names in every language."""

import sys
from pathlib import Path
from typing import Any

# The packager loads this file alone, with its own path.
sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from mobile.packaging import manifest, names

MAIN = Path("src/main")


def before_apk_assemble(_toolchain: Any) -> None:
    """Runs in the folder of the rendered project."""
    path = MAIN / "AndroidManifest.xml"
    path.write_text(manifest.finished(path.read_text("utf-8")), "utf-8")
    names.write(MAIN / "res")
