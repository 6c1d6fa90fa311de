"""The file of routes: what it says, and each mistake with its key and its mend."""

from pathlib import Path

import pytest

from server.carriers import route_file
from server.carriers.route_file import ALONE
from server.domain.routes import Hop
from server.settings import Incomplete, Settings, from_environment

PHONE = """
[office_phone.office]
address = "http://192.168.1.20:8080"
user = "sms"
password = "its password"
signing_key = "its key"
"""
ACCOUNT = f"""
[account.second]
account_sid = "AC{"0" * 32}"
auth_token = "its token"
sender = "+12025550150"
messages_per_second = 1
"""


SECRETS = ("its password", "its key", "its token")


def of(folder: Path, text: str) -> Settings:
    path = folder / "routes.toml"
    path.write_text(text)
    path.chmod(0o600)
    return Settings(routes=path)


def test_without_a_file_there_is_one_way() -> None:
    assert route_file.read(Settings()) == ALONE
    assert ALONE.routes.of("+33639980001") == (Hop("twilio"),)
    assert from_environment({"CANDLEWIRE_ROUTES": "routes.toml"}).routes == Path("routes.toml")


def test_ways_and_rows(tmp_path: Path) -> None:
    rows = """
[routes]
"" = [{ way = "twilio" }, { way = "office" }]
"+213" = [{ way = "second", two_way = false }, { way = "office", links = false }]
"""
    file = route_file.read(of(tmp_path, ACCOUNT + PHONE + rows))
    assert file.routes.of("+33639980001") == (Hop("twilio"), Hop("office"))
    assert file.routes.of("+213") == (Hop("second", two_way=False), Hop("office", links=False))
    assert file.accounts["second"].messages_per_second == 1
    assert file.phones["office"].address == "http://192.168.1.20:8080"
    assert not any(secret in repr(file) for secret in SECRETS)


def test_rows_alone_leave_everybody_else_as_they_were(tmp_path: Path) -> None:
    file = route_file.read(of(tmp_path, PHONE + '[routes]\n"+44" = [{ way = "office" }]'))
    assert file.routes.of("+33639980001") == (Hop("twilio"),)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[[[", "not TOML"),
        ("[way.x]", "way is not known"),
        ("account = 1", "account is no table"),
        (PHONE.replace("password", "pasword"), "office_phone.office"),
        (PHONE.replace('"its key"', "7"), "office_phone.office.signing_key"),
        (PHONE.replace("192.168.1.20", "198.51.100.7.example"), "office_phone.office.address"),
        (PHONE.replace("192.168.1.20", "8.8.8.8"), "http goes in clear"),
        (PHONE.replace("office]", "twilio]"), "choose a name"),
        (PHONE + ACCOUNT.replace("t.second", "t.office"), "give each its own name"),
        (ACCOUNT.replace("AC0", "XX0"), "account.second.account_sid"),
        (ACCOUNT.replace("= 1", "= 0"), "account.second.messages_per_second"),
        ('[routes]\n"+44" = [{ way = "nobody" }]', "no way is called nobody"),
        ('[routes]\n"44" = [{ way = "twilio" }]', "a prefix is such as"),
        ('[routes]\n"" = []', "at least one way"),
        ('[routes]\n"" = [{ way = "twilio" }, { way = "twilio" }]', "each only once"),
        ('[routes]\n"" = [{ way = "twilio", link = false }]', "unknown field"),
    ],
)
def test_a_mistake_is_named(tmp_path: Path, text: str, said: str) -> None:
    problems = route_file.problems(of(tmp_path, text))
    assert any(said in problem for problem in problems), problems
    assert all(problem.startswith("CANDLEWIRE_ROUTES: ") for problem in problems)
    assert not any(secret in "".join(problems) for secret in SECRETS)


def test_a_file_that_others_may_read_or_that_is_not_there(tmp_path: Path) -> None:
    settings = of(tmp_path, PHONE)
    assert settings.routes is not None
    settings.routes.chmod(0o640)
    assert "chmod 600" in route_file.problems(settings)[0]
    settings.routes.unlink()
    with pytest.raises(Incomplete, match="cannot be read"):
        route_file.read(settings)
