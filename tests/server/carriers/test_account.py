"""The account behind the texts, asked over real HTTP, and what a text costs on average."""

import asyncio
from pathlib import Path

import pytest

from server.carriers import account
from server.carriers.account import Account, Unreachable
from tests.support.sandbox import ACCOUNT, TOKEN, sandbox


def test_the_account_says_how_it_is_and_what_it_holds(tmp_path: Path) -> None:
    with sandbox(tmp_path) as carrier:
        answer = asyncio.run(account.ask(ACCOUNT, TOKEN, carrier.url))
        refused = asyncio.run(account.ask(ACCOUNT, "another token", carrier.url))
    assert isinstance(answer, Account)
    assert (answer.status, answer.credit, answer.currency) == ("active", 100.0, "USD")
    assert answer.text_price is None
    assert refused == Unreachable(401)


def test_nobody_there() -> None:
    answer = asyncio.run(account.ask(ACCOUNT, TOKEN, "http://127.0.0.1:9"))
    assert answer == Unreachable(None)


@pytest.mark.parametrize(
    ("prices", "mean"),
    [
        ([], None),
        ([None, None], None),
        (["0", "-0.00000"], None),
        (["-0.01", None, "-0.03"], 0.02),
        (["0.05"], 0.05),
    ],
)
def test_what_a_text_costs(prices: list[str | None], mean: float | None) -> None:
    found = account.average(prices)
    assert found == (None if mean is None else pytest.approx(mean))
