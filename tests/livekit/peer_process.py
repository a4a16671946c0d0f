"""A participant in a process of its own, so that it can be stopped as a dead network stops it.

python -m tests.livekit.peer_process URL TOKEN: says "in" when it is connected, then stays.
"""

import asyncio
import sys

from tests.livekit.peer import connected


async def stay(url: str, token: str) -> None:
    async with connected(url, token):
        print("in", flush=True)  # noqa: T201  # to the test that started it
        await asyncio.sleep(600)


if __name__ == "__main__":
    asyncio.run(stay(sys.argv[1], sys.argv[2]))
