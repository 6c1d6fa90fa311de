"""A line that a test holds up or breaks: what a browser asks may hang, and answers may be lost."""

from re import Pattern

from playwright.sync_api import Page, Route


class Held:
    """The next request to an address hangs until the test says what becomes of it."""

    def __init__(self, page: Page, address: str | Pattern[str]) -> None:
        self._page = page
        self._routes: list[Route] = []
        page.route(address, self._hold, times=1)

    def let_go(self) -> None:
        """The server is asked now; returns once the page has had its answer for a while."""
        route = self._asked()
        with self._page.expect_response(lambda answer: answer.request == route.request):
            route.continue_()
        self._page.wait_for_timeout(100)

    def lose(self) -> None:
        """The server does what it was asked, and its answer never comes."""
        route = self._asked()
        route.fetch()
        route.abort()

    def cut(self) -> None:
        """The question never comes to the server."""
        self._asked().abort()

    def _hold(self, route: Route) -> None:
        self._routes.append(route)

    def _asked(self) -> Route:
        for _ in range(100):
            if self._routes:
                break
            self._page.wait_for_timeout(50)
        return self._routes.pop()
