"""From where a browser asks: its kind and its network, as far as its owner needs them."""

from ipaddress import ip_address, ip_network

from starlette.requests import HTTPConnection

from server.services.sessions import Whence

# The first name that occurs is meant: most browsers also name those they descend from.
BROWSERS = {
    "Edg/": "Edge",
    "OPR/": "Opera",
    "Firefox/": "Firefox",
    "Chrome/": "Chrome",
    "Safari/": "Safari",
}
SYSTEMS = {
    "Android": "Android",
    "iPhone": "iOS",
    "iPad": "iPadOS",
    "Windows": "Windows",
    "Mac OS X": "macOS",
    "CrOS": "ChromeOS",
    "Linux": "Linux",
}
PREFIX = {4: 24, 6: 48}  # bits: about one office or household


def whence(connection: HTTPConnection) -> Whence:
    agent = connection.headers.get("user-agent", "")
    names = [_first(BROWSERS, agent), _first(SYSTEMS, agent)]
    return Whence(device=" · ".join(filter(None, names)), network=network(connection))


def network(connection: HTTPConnection) -> str:
    """The caller's network; behind a proxy of ours, that of whoever called the proxy."""
    peer = connection.client.host if connection.client else ""
    near = _network(peer)
    if near and ip_address(peer).is_private:  # loopback too
        said = connection.headers.get("x-forwarded-for", "").rpartition(",")[2].strip()
        return _network(said) or near
    return near


def _network(text: str) -> str:
    try:
        address = ip_address(text.partition("%")[0])
        return str(ip_network((address, PREFIX[address.version]), strict=False))
    except ValueError:
        return ""


def _first(names: dict[str, str], agent: str) -> str:
    return next((name for sign, name in names.items() if sign in agent), "")
