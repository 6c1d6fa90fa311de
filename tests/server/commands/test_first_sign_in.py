"""From nothing to the board: `init`, `serve`, and the first administrator's second factor."""

from datetime import UTC, datetime, timedelta

from tests.server.commands.operating import EMAIL, PASSWORD, Operator
from tests.support.authenticator import App
from tests.support.web import Caller

STEP = timedelta(seconds=30)


def test_the_first_administrator_sets_up_an_app_and_then_works(operator: Operator) -> None:
    operator.init()
    with operator.running("serve", "--port", "0") as serving:
        assert serving.stdout is not None
        ada = Caller(serving.stdout.readline().split()[-1])
        wish = {"email": EMAIL, "password": PASSWORD}
        signed_in = ada.ask("POST", "/v1/session", wish)
        assert signed_in.ok()["must_enrol"] is True
        ada.headers["Cookie"] = signed_in.headers["Set-Cookie"].partition(";")[0]
        assert ada.headers["Cookie"].startswith("__Host-candlewire_session=")
        assert ada.ask("GET", "/v1/incidents").status == 403

        app = App(ada.ask("POST", "/v1/account/totp", {}).ok()["secret"])
        code = {"code": app.code(datetime.now(UTC))}
        assert len(ada.ask("PUT", "/v1/account/totp", code).ok()["recovery_codes"]) == 10
        assert ada.ask("GET", "/v1/incidents").ok()["incidents"] == []

        del ada.headers["Cookie"]
        assert ada.ask("POST", "/v1/session", wish).status == 401
        again = {**wish, "totp": app.code(datetime.now(UTC) + STEP)}
        assert ada.ask("POST", "/v1/session", again).ok()["must_enrol"] is False
        ada.close()
