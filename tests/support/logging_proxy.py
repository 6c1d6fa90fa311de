"""A reverse proxy in front of a server that writes down all a careless one might: every header."""

import asyncio
import threading
from collections.abc import Iterator
from concurrent.futures import Future
from contextlib import contextmanager
from dataclasses import dataclass, field

from aiohttp import ClientSession, web

PASSED_ON = ("Content-Type", "Content-Security-Policy", "Cache-Control", "Referrer-Policy")


@dataclass
class LoggingProxy:
    """`log` has a line for each request: its address, and all of its headers."""

    address: str
    log: list[str] = field(default_factory=list)


@contextmanager
def logging_proxy(server: str) -> Iterator[LoggingProxy]:
    """In a thread of its own, before `server`, such as `http://127.0.0.1:40123`."""
    ready: Future[LoggingProxy] = Future()
    loop = asyncio.new_event_loop()
    ended = asyncio.Event()
    thread = threading.Thread(target=loop.run_until_complete, args=(_serve(server, ready, ended),))
    thread.start()
    try:
        yield ready.result(timeout=10)
    finally:
        loop.call_soon_threadsafe(ended.set)
        thread.join()
        loop.close()


async def _serve(server: str, ready: "Future[LoggingProxy]", ended: asyncio.Event) -> None:
    async with ClientSession() as session:
        log: list[str] = []

        async def pass_on(request: web.Request) -> web.Response:
            log.append(f"{request.method} {request.raw_path} {dict(request.headers)}")
            body = await request.read()
            address = server + request.raw_path
            async with session.request(
                request.method, address, data=body, headers=request.headers
            ) as answer:
                kept = {name: answer.headers[name] for name in PASSED_ON if name in answer.headers}
                return web.Response(body=await answer.read(), status=answer.status, headers=kept)

        app = web.Application()
        app.router.add_route("*", "/{path:.*}", pass_on)
        runner = web.AppRunner(app, access_log=None)
        await runner.setup()
        site = web.TCPSite(runner, "127.0.0.1", 0)
        await site.start()
        host, port = runner.addresses[0][:2]
        ready.set_result(LoggingProxy(f"http://{host}:{port}", log))
        await ended.wait()
        await runner.cleanup()
