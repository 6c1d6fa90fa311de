"""The handset's device, over a bridge that knows exactly what the Java helpers offer."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from shared.crypto import CryptoError
from tests.mobile.packaging.bridge import HELPERS, Android, Bytes, JavaException, Place
from tests.mobile.people import NOW, MovableClock

CONTEXT = object()
WINDOW_AND_SERVICE = {"org.kivy.android.PythonActivity", "org.kivy.android.PythonService"}
CALLED = (
    "Checks",
    "Front",
    "Keeper",
    "Key",
    "Motor",
    "Offers",
    "Places",
    "Power",
    "Shakes",
    "Signals",
)


@pytest.fixture
def device(android: Android) -> Any:
    from mobile.device.android import AndroidDevice

    return AndroidDevice(CONTEXT, MovableClock())


def test_every_java_class_that_is_asked_for(android: Android, device: Any) -> None:
    ours = {f"{HELPERS}.{name}" for name in CALLED}
    assert android.classes == ours | {"java.util.TimeZone"}


def test_no_other_module_asks_for_a_java_class() -> None:
    root = Path(__file__).parents[3]
    asking = {
        str(path.relative_to(root)): path.read_text("utf-8").count("autoclass(")
        for path in (root / "mobile").rglob("*.py")
        if "jnius" in path.read_text("utf-8")
    }
    assert asking == {
        "mobile/device/android.py": 3,
        "mobile/device/android_key.py": 1,
        "mobile/handset.py": 2,
    }
    handset = (root / "mobile/handset.py").read_text("utf-8")
    assert {name for name in WINDOW_AND_SERVICE if f'"{name}"' in handset} == WINDOW_AND_SERVICE


def test_a_place_says_where_how_sure_and_how_old(android: Android, device: Any) -> None:
    android.answers = {"Places.newest": Place(), "Places.ageMs": 7_000}
    found = device.position()
    assert (found.lat, found.lon, found.accuracy_m) == (14.6937, -17.4441, 25.0)
    assert (found.source, found.at) == ("gps", NOW - timedelta(seconds=7))


@pytest.mark.parametrize(
    ("place", "age_ms", "source"),
    [
        (Place(provider="network"), 0, "network"),
        (Place(provider="fused"), 0, "network"),
        (Place(), 121_000, "last_known"),
        (Place(), 119_000, "gps"),
    ],
)
def test_a_place_says_where_it_is_from(
    android: Android, device: Any, place: Place, age_ms: int, source: str
) -> None:
    android.answers = {"Places.newest": place, "Places.ageMs": age_ms}
    assert device.position().source == source


def test_a_place_without_an_accuracy_claims_none(android: Android, device: Any) -> None:
    android.answers = {"Places.newest": Place(metres=None), "Places.ageMs": 0}
    assert device.position().accuracy_m is None


@pytest.mark.parametrize("place", [None, Place(lat=float("nan")), Place(lat=91.0)])
def test_no_place_on_this_earth_is_no_place(
    android: Android, device: Any, place: Place | None
) -> None:
    android.answers = {"Places.newest": place, "Places.ageMs": 0}
    assert device.position() is None


@pytest.mark.parametrize(
    ("charge", "share"), [(18, 0.18), (100, 1.0), (101, 1.0), (-(2**31), None)]
)
def test_the_battery_is_a_share_or_unknown(
    android: Android, device: Any, charge: int, share: float | None
) -> None:
    android.answers = {"Power.charge": charge}
    assert device.battery() == share


def test_following_keeps_the_processor_awake_and_resting_lets_it_sleep(
    android: Android, device: Any
) -> None:
    android.answers = {"Places.newest": Place(), "Places.ageMs": 0}
    device.follow(10.0)
    device.position()
    device.follow(None)
    assert android.said("Places.follow") == [(CONTEXT, 10_000), (CONTEXT, -1)]
    assert [ms for _, ms in android.said("Power.stayAwake")] == [1_800_000, 1_800_000, 0]


def test_the_shake_keeps_the_processor_awake_for_as_long_as_it_is_on(
    android: Android, device: Any
) -> None:
    device.offer(frozenset({"shake"}))
    device.follow(None)
    device.offer(frozenset())
    assert [ms for _, ms in android.said("Power.stayAwake")] == [-1, -1, 0]
    assert [listens for _, listens in android.said("Shakes.listen")] == [True, False]


def test_only_the_keys_that_are_switched_on_can_be_found(android: Android, device: Any) -> None:
    device.offer(frozenset({"widget", "notification"}))
    assert android.said("Offers.make") == [(CONTEXT, True, False)]
    assert android.said("Keeper.offerTap") == [(True,)]


def test_obstacles_are_those_that_the_wire_knows(android: Android, device: Any) -> None:
    android.answers = {"Checks.obstacles": ["battery_saver", "location", "moonlight"]}
    assert device.obstacles() == {"battery_saver", "location"}


def test_the_java_names_every_obstacle_of_the_wire() -> None:
    from typing import get_args

    from mobile.packaging.spec import FOLDER
    from shared.wire import Obstacle

    said = next((FOLDER / "java").rglob("Checks.java")).read_text("utf-8")
    assert [name for name in get_args(Obstacle) if f'found.add("{name}")' not in said] == []


def test_what_is_in_the_way_is_put_before_the_person(android: Android, device: Any) -> None:
    device.mend("location")
    assert android.said("Checks.mend") == [(CONTEXT, "location")]


def test_a_pairing_code_is_handed_over_once(android: Android, device: Any) -> None:
    android.answers = {"Front.takenLink": "candlewire://pair?server=x&code=y"}
    assert device.taken_link() == "candlewire://pair?server=x&code=y"
    device.open_to_pairing(False)
    assert android.said("Offers.pairing") == [(CONTEXT, False)]


def test_half_hours_from_noon_are_a_zone_too(device: Any) -> None:
    """By name: Python finds none of its own on Android, and whole hours alone."""
    assert device.zone() == "Asia/Yangon"


def test_a_vibration_begins_at_once(android: Android, device: Any) -> None:
    device.vibrate((60, 80, 60))
    assert android.said("Motor.run") == [(CONTEXT, [0, 60, 80, 60])]


def test_signals_and_samples_come_with_seconds(android: Android, device: Any) -> None:
    android.answers = {
        "Signals.taken": ["widget 1500", "shutdown 2000"],
        "Shakes.taken": [1.0, 0.1, 0.2, 9.8, 1.05, 3.0, 4.0, 5.0],
    }
    assert [(one.name, one.at) for one in device.signals()] == [("widget", 1.5), ("shutdown", 2.0)]
    assert device.shakes() == [(1.0, 0.1, 0.2, 9.8), (1.05, 3.0, 4.0, 5.0)]


def test_the_key_hands_bytes_through(android: Android, device: Any) -> None:
    android.answers = {
        "Key.seal": lambda message, about: Bytes(bytes(12) + message + about),
        "Key.unseal": lambda box, about: Bytes(box[12 : -len(about)]),
    }
    assert device.key.unseal(device.key.seal(b"\x00\xff", b"vault"), b"vault") == b"\x00\xff"
    device.key.renew()
    assert android.said("Key.destroy") == [()]


def raising(name: str) -> Any:
    def call(*_: Any) -> None:
        raise JavaException(name)

    return call


def test_a_box_of_another_phone_is_told_from_a_phone_that_is_busy(
    android: Android, device: Any
) -> None:
    """Taken for a stranger's, the vault would be made anew, and the token in it be lost."""
    android.answers = {"Key.unseal": raising("javax.crypto.AEADBadTagException")}
    with pytest.raises(CryptoError):
        device.key.unseal(bytes(40), b"vault")
    android.answers = {"Key.unseal": raising("java.security.ProviderException")}
    with pytest.raises(JavaException):
        device.key.unseal(bytes(40), b"vault")
