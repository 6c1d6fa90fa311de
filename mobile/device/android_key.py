"""A key in the phone's secure hardware; only sealed and opened bytes pass through here."""

from jnius import JavaException, autoclass

from shared.crypto import CryptoError

HELPERS = "org.handysums.calculator"
# Anything else may pass: a box must not be taken for a stranger's because the phone is busy.
NOT_OURS = frozenset({"javax.crypto.AEADBadTagException", "java.security.GeneralSecurityException"})


class AndroidKey:
    """The classes are looked up at once: on another thread Android would not find them."""

    def __init__(self) -> None:
        self._key = autoclass(f"{HELPERS}.Key")

    def seal(self, message: bytes, about: bytes) -> bytes:
        return bytes(self._key.seal(message, about).tolist())

    def unseal(self, box: bytes, about: bytes) -> bytes:
        try:
            return bytes(self._key.unseal(box, about).tolist())
        except JavaException as error:
            if error.classname in NOT_OURS:
                raise CryptoError("the blob does not open with this phone's key") from error
            raise

    def renew(self) -> None:
        self._key.destroy()  # the next seal makes another one
