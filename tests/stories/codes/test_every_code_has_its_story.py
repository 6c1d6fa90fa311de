"""The protocol's table of the carrier's codes and the stories beside this one are the same."""

import re
from pathlib import Path

from server.domain.delivery import REMEDIES
from tests.house.repository import ROOT

PROTOCOL = (ROOT / "docs/protocol.md").read_text("utf-8")
OF_FLAGS = {30029, 30030}  # answered at the carrier's door, before anything else hears of them


def test_every_code_of_the_table_has_a_story() -> None:
    table = PROTOCOL.partition("| Carrier's code |")[2].partition("\n\n")[0]
    promised = {int(code) for code in re.findall(r"\b[23]\d{4}\b", table)}
    names = [path.name for path in Path(__file__).parent.glob("test_*.py")]
    told = {int(name.split("_")[1]) for name in names if name.split("_")[1].isdigit()}
    assert promised <= told
    assert told <= {*REMEDIES, *OF_FLAGS, 20500}
