"""`doctor` says what is well and what to mend, and never a secret."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from server.commands import doctor
from server.jobs import rewriting
from tests.server.commands.operating import Operator
from tests.support.sandbox import ACCOUNT, PHONE_PASSWORD, TOKEN, sandbox


@pytest.fixture
def healthy(server: Operator, tmp_path: Path):
    (tmp_path / "carrier").mkdir()
    with sandbox(tmp_path / "carrier") as carrier:
        server.settings["TWILIO_API_URL"] = carrier.url
        yield server


def mends(server: Operator) -> list[str]:
    said = server.run("doctor")
    found = [line for line in said.out.splitlines() if line.startswith("mend")]
    assert said.status == (1 if found else 0)
    assert TOKEN not in said.out + said.err
    return found


def test_all_is_well(healthy: Operator):
    said = healthy.done("doctor")
    assert all(line.startswith("ok  ") for line in said.splitlines())
    assert "synchronous=2" in said
    assert "credit of 100.00 USD" in said


def test_each_fault_is_one_line_with_its_mend(healthy: Operator, monkeypatch):
    healthy.settings["PUBLIC_URL"] = "https://a-very-long-name.example.org"
    with closing(sqlite3.connect(healthy.database)) as connection:
        connection.execute("UPDATE audit SET action = 'something else' WHERE seq = 2")
        connection.execute("UPDATE staff SET state = 'disabled'")
        connection.commit()
    monkeypatch.setattr(doctor, "LEAST_DISK", 10**18)
    monkeypatch.setattr(doctor, "LEAST_CREDIT", 101.0)
    monkeypatch.setattr(rewriting, "LARGEST", 1000)
    found = "\n".join(mends(healthy))
    for reason in (
        "16",
        "make room",
        "it was changed",
        "people staff grant",
        "add to it",
        "VACUUM",
    ):
        assert reason in found
    assert found.count("\n") == 5


def test_languages_that_nobody_read_and_words_that_changed(healthy: Operator):
    assert "contacts of “Hub” get English in place of fr, ar, mn" in healthy.done("doctor")
    healthy.done("languages", "read", "fr", "--office", "Hub", "--reader", "Awa")
    assert "get English in place of ar, mn" in healthy.done("doctor")
    with closing(sqlite3.connect(healthy.database)) as connection:
        connection.execute("UPDATE reading SET digest = x'00'")
        connection.commit()
    (changed,) = mends(healthy)
    assert "“Hub” has read other words in fr" in changed


def test_a_clock_that_went_back(healthy: Operator):
    with closing(sqlite3.connect(healthy.database)) as connection:
        connection.execute("UPDATE audit SET at = at + 3600000000")
        connection.commit()
    assert any("it is behind" in line for line in mends(healthy))


def test_a_carrier_that_knows_us_not_or_is_away(healthy: Operator):
    healthy.settings["TWILIO_AUTH_TOKEN"] = "another token"
    (refused,) = mends(healthy)
    assert "refuses CANDLEWIRE_TWILIO_ACCOUNT_SID" in refused
    healthy.settings["TWILIO_API_URL"] = "http://127.0.0.1:9"
    (away,) = mends(healthy)
    assert "cannot be reached" in away
    assert ACCOUNT not in away


def test_each_way_is_tried(healthy: Operator, tmp_path: Path):
    url = healthy.settings["TWILIO_API_URL"]
    routes = tmp_path / "routes.toml"
    healthy.settings["ROUTES"] = str(routes)

    def with_ways(phone: str, password: str, token: str) -> list[str]:
        routes.write_text(f"""
[account.second]
account_sid = "{ACCOUNT}"
auth_token = "{token}"
sender = "+12025550177"
address = "{url}"

[office_phone.office]
address = "{phone}"
user = "sms"
password = "{password}"
signing_key = "its key"
""")
        routes.chmod(0o600)
        return mends(healthy)

    assert with_ways(f"{url}/gateway", PHONE_PASSWORD, TOKEN) == []
    account, phone = with_ways(f"{url}/gateway", "another", "another token")
    assert "“second”: it refuses account_sid" in account
    assert "“office”: it refuses user" in phone
    (away,) = with_ways("http://127.0.0.1:9", PHONE_PASSWORD, TOKEN)
    assert "cannot be reached. Is it on" in away
    routes.write_text("[routes]\n'+44' = [{ way = 'nobody' }]")
    (mistake,) = mends(healthy)
    assert "no way is called nobody" in mistake
    assert "no way is called nobody" in healthy.refused("serve", "--port", "0")


def test_an_account_that_keeps_texts(healthy: Operator):
    assert "shows with the first one" in healthy.done("doctor")
    with closing(sqlite3.connect(healthy.database)) as connection:
        connection.execute(
            "INSERT INTO delivery (id, kind, lane, state, due_at, about_at, expires_at, attempts,"
            " plain) VALUES (1, 'probe', 60, 'delivered', 0, 0, 0, 1, 0)"
        )
        connection.execute(
            "INSERT INTO attempt (id, delivery_id, boot, started_at, outcome, provider_id)"
            " VALUES ('1', 1, 'boot', 0, 'sent', 'SM1')"
        )
        connection.commit()
        assert "with our wish to discard them" in healthy.done("doctor")
        connection.execute("UPDATE attempt SET code = 30030")
        connection.execute("INSERT INTO kept_text (attempt_id, since) VALUES ('1', 0)")
        connection.commit()
        (refused,) = mends(healthy)
        assert "ask Twilio for message redaction" in refused
        connection.execute("UPDATE kept_text SET given_up_at = 1")
        connection.commit()
        assert "whose words the carrier keeps: 1" in mends(healthy)[1]


def test_before_anything_was_set_up(operator: Operator):
    operator.settings.clear()
    found = "\n".join(mends(operator))
    assert "PUBLIC_URL is not set" in found
    assert "candlewire init" in found
    assert not (operator.folder / "data").exists()


def test_an_old_key_that_was_left_in_the_ring(healthy: Operator):
    healthy.done("keys", "rotate")
    (left,) = mends(healthy)
    assert "--finish" in left
