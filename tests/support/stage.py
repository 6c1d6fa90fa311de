"""What stays open from story to story: the server's address, and the sandbox."""

from contextlib import ExitStack
from pathlib import Path
from typing import Any

from server.running import HOST, in_thread, listen
from tests.support.sandbox import sandbox


class Door:
    """Stands at the address and hands on to the app of the story that plays."""

    app: Any = None

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] == "lifespan":
            for moment in ("startup", "shutdown"):
                await receive()
                await send({"type": f"lifespan.{moment}.complete"})
            return
        await self.app(scope, receive, send)


class Stage:
    """Starting two servers for each story would cost more than the story."""

    def __init__(self, stack: ExitStack, folder: Path) -> None:
        self.door = Door()
        self._serving = ExitStack()
        stack.callback(lambda: self._serving.close())
        self.url = self._serve(0)
        phone_url = f"{self.url}/gateway/office"
        self.sandbox = stack.enter_context(
            sandbox(folder, f"{self.url}/twilio/inbound", phone_url=phone_url)
        )
        self.sandbox_memory = folder / "sandbox.db"

    def clear(self) -> None:
        self.sandbox.faults()
        self.sandbox.phone_faults()
        self.sandbox.empty()

    def restart(self) -> None:
        """The server's process ends, and another one comes up at its address."""
        port = int(self.url.rpartition(":")[2])
        self._serving.close()
        self._serve(port)

    def _serve(self, port: int) -> str:
        bound = listen(HOST, port)
        self._serving.enter_context(in_thread(self.door, bound))
        return f"http://{HOST}:{bound.getsockname()[1]}"
