"""From where somebody asks: as much of it as their owner needs, and no whole address."""

import pytest
from starlette.requests import Request

from server.services.sessions import Whence
from server.web.whence import whence


def asked(peer: str, **headers: str) -> Whence:
    """The same as a request from this address says it."""
    raw = [(name.replace("_", "-").encode(), value.encode()) for name, value in headers.items()]
    return whence(Request({"type": "http", "client": (peer, 4711), "headers": raw}))


@pytest.mark.parametrize(
    ("peer", "forwarded", "network"),
    [
        ("127.0.0.1", "203.0.113.77", "203.0.113.0/24"),
        ("127.0.0.1", "198.51.100.1, 203.0.113.77", "203.0.113.0/24"),
        ("10.0.0.3", "2001:db8:1:2:3::4", "2001:db8:1::/48"),
        ("::1", "203.0.113.77", "203.0.113.0/24"),
        ("127.0.0.1", "", "127.0.0.0/24"),
        ("127.0.0.1", "unknown", "127.0.0.0/24"),
        ("8.8.8.8", "203.0.113.77", "8.8.8.0/24"),
        ("fe80::1%eth0", "", "fe80::/48"),
        ("a socket", "203.0.113.77", ""),
    ],
)
def test_a_proxy_of_ours_is_believed_and_nobody_else(
    peer: str, forwarded: str, network: str
) -> None:
    assert asked(peer, x_forwarded_for=forwarded).network == network


@pytest.mark.parametrize(
    ("agent", "device"),
    [
        (
            "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0",
            "Firefox · Linux",
        ),
        (
            "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) "
            "Chrome/143.0.0.0 Safari/537.36 Edg/143.0.0.0",
            "Edge · Windows",
        ),
        (
            "Mozilla/5.0 (Linux; Android 15) AppleWebKit/537.36 (KHTML, like Gecko) "
            "Chrome/143.0.0.0 Mobile Safari/537.36",
            "Chrome · Android",
        ),
        (
            "Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 "
            "(KHTML, like Gecko) Version/18.5 Mobile/15E148 Safari/604.1",
            "Safari · iOS",
        ),
        ("curl/8.5.0", ""),
    ],
)
def test_a_browser_is_known_by_its_kind(agent: str, device: str) -> None:
    assert asked("127.0.0.1", user_agent=agent).device == device
