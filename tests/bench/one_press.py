"""A single press over a connection of its own, as a phone that was asleep makes it."""

import asyncio

from tests.bench.client import Answer, Load


def press(url: str, request: bytes, number: int = 0) -> Answer:
    async def pressed() -> Answer:
        (answer,) = await Load(url, [request], 1).run()
        return answer._replace(number=number)

    return asyncio.run(pressed())
