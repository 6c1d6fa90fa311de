"""What `candlewire phone` and `candlewire press` are told on the command line."""

import argparse
import os
from dataclasses import dataclass
from pathlib import Path

import msgspec

from mobile.core import pairing
from mobile.core.vault import Hot, Vault
from mobile.device.desktop import DesktopDevice, Place, key_path_for
from shared.clock import SystemClock
from shared.crypto import CryptoError


class PairFile(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What `--pair-file` holds, so that no token need stand in the list of processes."""

    server: str
    token: str


@dataclass(frozen=True, slots=True)
class Installed:
    """One phone on this machine: its folder, opened."""

    state: Path
    vault: Vault
    hot: Hot
    device: DesktopDevice

    @property
    def outbox(self) -> Path:
        return self.state / "outbox"


def command_line(name: str, description: str) -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog=name, description=description)
    parser.add_argument("--server", metavar="URL", help="https://…, or http:// on loopback")
    parser.add_argument("--token", help="the device's token, base64url")
    parser.add_argument(
        "--pair-file", type=Path, metavar="FILE", help='{"server": …, "token": …}, read once'
    )
    parser.add_argument("--state", type=Path, metavar="DIR", help="what this phone keeps")
    parser.add_argument(
        "--keys", type=Path, metavar="DIR", help="where its key is, apart from what it keeps"
    )
    parser.add_argument("--lat", type=float)
    parser.add_argument("--lon", type=float)
    parser.add_argument("--accuracy", type=float, default=25.0, metavar="METRES")
    parser.add_argument(
        "--position", type=Path, metavar="FILE", help='{"lat": …, "lon": …}, read at every fix'
    )
    return parser


def usual_state() -> Path:
    home = os.environ.get("XDG_STATE_HOME") or Path.home() / ".local" / "state"
    return Path(home) / "candlewire" / "phone"


def installed(
    parser: argparse.ArgumentParser, given: argparse.Namespace, state: Path, keys: Path | None
) -> Installed:
    """The phone in that folder, made where there is none, moved to where the arguments say."""
    state.mkdir(parents=True, exist_ok=True, mode=0o700)
    device = DesktopDevice(
        key_path=key_path_for(state, keys),
        clock=SystemClock(),
        place=_place(parser, given),
        position_file=given.position,
    )
    vault = Vault(state / "vault", device.key)
    hot = _loaded(vault)
    if moved := _moved(parser, given, hot):
        hot = moved
        vault.save(hot)
    return Installed(state, vault, hot, device)


def _loaded(vault: Vault) -> Hot:
    try:
        known = vault.load()
    except CryptoError:
        known = None  # another machine's folder: nothing in it opens here, so this phone is new
    if known is None:
        known = Hot()
        vault.save(known)
    return known


def _moved(parser: argparse.ArgumentParser, given: argparse.Namespace, hot: Hot) -> Hot | None:
    """Where `--server` and `--token` or a pair file say, unless it is paired so already."""
    try:
        if given.pair_file:
            pair = msgspec.json.decode(given.pair_file.read_bytes(), type=PairFile)
        elif given.server and given.token:
            pair = PairFile(given.server, given.token)
        elif given.server or given.token:
            parser.error("--server and --token go together")
        else:
            return None
        server, token = pairing.server_address(pair.server), pairing.read_token(pair.token)
    except pairing.BadAddress:
        parser.error("the server's address is https://…, or http:// on this machine")
    except (ValueError, OSError, msgspec.MsgspecError):
        parser.error("the token is 32 bytes in base64url; a pair file holds server and token")
    same = (hot.servers, hot.token) == ((server,), token)
    return None if same else pairing.paired(hot, server, token)


def _place(parser: argparse.ArgumentParser, given: argparse.Namespace) -> Place | None:
    if given.lat is None and given.lon is None:
        return None
    if given.lat is None or given.lon is None:
        parser.error("--lat and --lon go together")
    place = Place(lat=given.lat, lon=given.lon, accuracy_m=given.accuracy)
    try:
        place.at(SystemClock().now())
    except msgspec.ValidationError:
        parser.error("--lat is from -90 to 90, --lon from -180 to 180, --accuracy from 0 up")
    return place
