"""The operator's own route, over real HTTP: what leaves us, and what comes of an address."""

import pytest

from server.carriers.pager import Pager
from tests.support.inbox import Inbox
from tests.support.serving import serve

# Apprise asks an old module of Python's about pictures; it pages without any.
pytestmark = pytest.mark.filterwarnings("ignore:'imghdr' is deprecated:DeprecationWarning")


@pytest.fixture
def inbox():
    return Inbox()


@pytest.fixture
def address(inbox: Inbox):
    with serve(inbox) as url:
        yield url.replace("http", "json", 1) + "/page"


def test_a_page_holds_the_words_and_nothing_else(inbox: Inbox, address: str) -> None:
    assert Pager(address).page("texts_stuck, relay_gone")
    (post,) = inbox.posts
    assert (post["title"], post["message"]) == ("Candlewire", "texts_stuck, relay_gone")
    assert post["attachments"] == []


def test_one_route_that_works_is_enough(inbox: Inbox, address: str) -> None:
    assert Pager(f"json://127.0.0.1:9/, {address}").page("credit_low")
    assert len(inbox.posts) == 1


def test_a_route_that_refuses_is_no_route(inbox: Inbox, address: str) -> None:
    inbox.status = 500
    assert not Pager(address).page("credit_low")
    assert inbox.posts


@pytest.mark.parametrize("address", ["json://127.0.0.1:9/", "nonsense", "unknown://x"])
def test_where_nobody_answers_it_says_so_and_names_no_address(address: str, caplog) -> None:
    assert not Pager(address).page("credit_low")
    assert address not in caplog.text
