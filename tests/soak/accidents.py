"""Thousands of invented phone-days, to see how often a trigger fires that nobody meant.

The records are synthetic (`tests/accidents`): what comes out says that the rules hold against
what we thought of, not what a thousand real pockets do. `docs/accidents.md` has the figures.
"""

from pathlib import Path
from typing import Any

from tests.accidents import study
from tests.soak.options import Options

AIM = 1.0  # false raises in a thousand phone-days, for each trigger
OFTEN = 5.0  # the controls must fire, or the records are too tame to show anything


def run(_folder: Path, options: Options) -> dict[str, Any]:
    found = study.accidents(options.phone_days, options.seed)
    meant = study.deliberate(options.people, options.seed)
    allowed = max(1, options.phone_days * AIM / 1000)
    return {
        "records": "synthetic",
        **found,
        "meant": meant,
        "too_often": [name for name, count in found["raises"].items() if count >= allowed + 1],
        "too_tame": [
            name
            for name, rate in found["naive_a_thousand_days"].items()
            if rate < OFTEN and options.phone_days >= 1000
        ],
        "hard_to_raise": [
            name
            for name, share in meant["succeed"].items()
            if name.endswith("three_tries") and share < 0.85
        ],
        "good": {"too_often": [], "too_tame": [], "hard_to_raise": []},
    }
