"""The phone's window, two minutes without network after a press, the app killed in between."""

from pathlib import Path
from typing import Any

from tests.end_to_end.cut_off import cut_off_and_killed
from tests.end_to_end.holding import PHONE
from tests.end_to_end.screen import screen
from tests.soak.options import Options

CUT_S = 120


def run(folder: Path, _: Options) -> dict[str, Any]:
    with screen(*PHONE) as shown:
        texts = cut_off_and_killed(folder, shown, CUT_S)
    return {"cut_s": CUT_S, "texts_of_the_press": texts, "good": {"texts_of_the_press": [1, 1, 1]}}
