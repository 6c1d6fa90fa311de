"""`candlewire press` as a user runs it, and as a user's phone dies while it runs."""

import base64
import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from mobile.commands import press
from tests.mobile.office import TOKEN, Office

BEARER = base64.urlsafe_b64encode(TOKEN).decode().rstrip("=")
# Whoever starts the tests in the background has them ignore SIGINT, and all that they start.
RUN = """
import signal, sys
from mobile.commands import press
signal.signal(signal.SIGINT, signal.default_int_handler)
sys.exit(press(sys.argv[1:]))
"""
KILLS = int(os.environ.get("CANDLEWIRE_KILLS", "10"))


def where(office: Office, folder: Path) -> list[str]:
    pair = ["--server", office.url, "--token", BEARER]
    return [*pair, "--state", str(folder / "state"), "--keys", str(folder / "keys")]


def started(arguments: list[str]) -> subprocess.Popen[str]:
    command = [sys.executable, "-c", RUN, *arguments]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def test_a_press_says_what_it_reaches_and_ends_well(
    office: Office, capsys: pytest.CaptureFixture[str]
) -> None:
    place = ["--lat", "14.6937", "--lon", "-17.4441", "--accuracy", "12"]
    pair = ["--server", office.url, "--token", BEARER]
    assert press([*pair, *place, "--countdown", "5"]) == 0
    out, err = capsys.readouterr()
    assert (out, err) == ("kept\nstored\n", "")
    ((_, alert_id),) = office.heard
    assert office.alerts[alert_id].alert_id == alert_id


def test_a_token_from_a_file_stands_in_no_list_of_processes(office: Office, tmp_path: Path) -> None:
    pair = tmp_path / "pair.json"
    pair.write_text(f'{{"server": "{office.url}", "token": "{BEARER}"}}')
    assert press(["--pair-file", str(pair)]) == 0
    assert len(office.alerts) == 1


@pytest.mark.parametrize(
    "arguments",
    [
        [],
        ["--server", "http://help.example.org", "--token", BEARER],
        ["--server", "https://help.example.org", "--token", "short"],
        ["--server", "https://help.example.org"],
        ["--server", "http://127.0.0.1:9", "--token", BEARER, "--lat", "91", "--lon", "0"],
        ["--server", "http://127.0.0.1:9", "--token", BEARER, "--lat", "1"],
        ["--server", "http://127.0.0.1:9", "--token", BEARER, "--countdown", "31"],
        ["--server", "http://127.0.0.1:9", "--token", BEARER, "--resume"],
        ["--pair-file", "/nonexistent"],
    ],
)
def test_what_cannot_be_meant_is_said_before_anything_is_sent(
    arguments: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as ended:
        press(arguments)
    assert ended.value.code == 2
    assert BEARER not in capsys.readouterr().err


def test_a_token_the_server_does_not_know_ends_with_the_mend(
    office: Office, capsys: pytest.CaptureFixture[str]
) -> None:
    office.token = bytes(32)
    assert press(["--server", office.url, "--token", BEARER]) == 1
    assert "pair the phone again" in capsys.readouterr().err


def test_interrupted_without_a_network_it_says_where_the_press_is_and_goes_on_later(
    tmp_path: Path,
) -> None:
    with Office() as gone:
        arguments, port = where(gone, tmp_path), gone.port
    running = started(arguments)
    assert running.stdout is not None
    assert running.stdout.readline() == "kept\n"
    assert running.stdout.readline() == "no connection, trying again\n"
    running.send_signal(signal.SIGINT)
    _, err = running.communicate(timeout=60)
    assert running.returncode == 130
    assert f"kept in {tmp_path / 'state'}" in err
    with Office(port) as back:
        assert press([*arguments, "--resume"]) == 0
        assert len(back.alerts) == 1


def test_where_nothing_can_be_kept_it_says_so(
    office: Office, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "state" / "outbox").mkdir(parents=True)
    for more in ([], ["--resume"]):
        assert press([*where(office, tmp_path), *more]) == 1
        assert "kept" in capsys.readouterr().err
    assert office.alerts == {}


def test_killed_at_any_point_after_the_button_each_press_arrives_once(
    office: Office, tmp_path: Path
) -> None:
    """`CANDLEWIRE_KILLS` sets how many points are tried."""
    office.latency_s = 0.03
    chance = random.Random(4711)
    for turn in range(KILLS):
        folder = tmp_path / str(turn)
        folder.mkdir()
        running = started(where(office, folder))
        assert running.stdout is not None
        assert running.stdout.readline() == "kept\n"
        time.sleep(chance.uniform(0, 0.15))
        running.kill()
        running.communicate(timeout=60)
        assert press([*where(office, folder), "--resume"]) == 0
        assert len(office.alerts) == turn + 1
    assert {ref for _, ref in office.heard} == set(office.alerts)
