"""The demo with a vault that seals nothing: what the scan for planted values has to find.

Only this launcher can do it; no setting of the product turns sealing off.
"""

import sys

from server import cli
from server.commands import demo
from server.vault import Vault
from shared.crypto import KeyPair


class OpenVault(Vault):
    """Every blob holds its message as it is."""

    def box(self, public: bytes, message: bytes) -> bytes:
        return message

    def unbox(self, pair: KeyPair, blob: bytes) -> bytes:
        return blob

    def lock(self, key: bytes, message: bytes, place: bytes) -> bytes:
        return message

    def unlock(self, key: bytes, blob: bytes, place: bytes) -> bytes:
        return blob


if __name__ == "__main__":
    vars(demo)["Vault"] = OpenVault
    sys.exit(cli.main())
