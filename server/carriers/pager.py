"""Tells the operator by a route of their own, never the one that carries the alerts."""

import logging
from typing import Protocol

TITLE = "Candlewire"

log = logging.getLogger(__name__)


class Operator(Protocol):
    """Whoever mends the server."""

    def page(self, message: str) -> bool:
        """Whether at least one of their routes took it. It may hang: call it aside."""


class Pager:
    """An operator behind Apprise's addresses, several with a space or a comma between them."""

    def __init__(self, addresses: str) -> None:
        self._addresses = addresses

    def page(self, message: str) -> bool:
        import apprise  # takes half a second, and only a server that pages needs it

        for noisy in ("apprise", "urllib3"):
            logging.getLogger(noisy).setLevel(logging.CRITICAL)  # they log addresses
        operator = apprise.Apprise()
        if not operator.add(self._addresses):
            log.error("CANDLEWIRE_OPERATOR_URL holds an address that Apprise does not know")
        return any([bool(route.notify(title=TITLE, body=message)) for route in operator])
