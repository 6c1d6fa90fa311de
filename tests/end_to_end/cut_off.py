"""The worst minutes: the network gone with the press, the app killed, and both back later."""

import time
from pathlib import Path

from shared import texts
from tests.end_to_end.cable import cable
from tests.end_to_end.demo import demo, soon
from tests.end_to_end.holding import BUTTON, LOWER, STOP, Person
from tests.end_to_end.screen import Screen

PLACE = "N14.6937"  # of the person; in an alert's text and in no other


def cut_off_and_killed(folder: Path, screen: Screen, cut_s: float) -> list[int]:
    """How many texts of the one press each contact got. Fails where a step is not reached."""
    home = folder / "home"
    home.mkdir()
    with demo(folder / "data", "--no-phone") as running, cable(running.server) as network:
        device = running.ready["devices"][0]
        numbers = [contact["phone"] for contact in device["contacts"]]
        where = ["--server", network.address, "--token", device["token"]]
        person = Person(screen, home, *where)
        person.start()
        try:
            person.sees_button()
            person.sees(0.1, 0.02, 0.9, 0.06)
            network.cut()
            began = time.monotonic()
            person.screen.hold(*BUTTON, seconds=2.3)
            soon(lambda: person.has_reached("kept"))
            time.sleep(cut_s / 2)
            assert not person.has_reached("stored")
            person.kill()
            person.start()
            soon(lambda: person.has_reached("kept"))
            time.sleep(max(0.0, began + cut_s - time.monotonic()))
            assert running.texts(numbers[0]) == []
            network.mend()
            told = [soon(lambda n=number: running.texts(n), within=90) for number in numbers]
            soon(lambda: person.has_reached("stored"))
            running.reply(numbers[0], told[0][0]["from"], "1")
            soon(lambda: person.has_reached("answered"))
            person.turn(STOP)
            person.type_code(device["stop_code"], first_row=235, row=172)
            person.screen.tap(*LOWER)
            checking = texts.say("sms.stop_claimed", "en", about="").strip(": ")
            soon(lambda: any(checking in text["body"] for text in running.texts(numbers[0])))
            return [
                sum(PLACE in text["body"] for text in running.texts(number)) for number in numbers
            ]
        finally:
            person.end()
