"""Helpers of the benchmark that run as processes of their own, so that they do not disturb its clock.

A helper prints "ready" when it works, and ends when its standard input is closed, so also when we die.
"""

import asyncio
import contextlib
import os
import signal
import sys
from asyncio.subprocess import DEVNULL, PIPE, Process
from collections.abc import AsyncIterator
from pathlib import Path

ROOT = Path(__file__).parent.parent


class HelperFailed(RuntimeError):
    """A process of the benchmark did not do its work."""


async def end(process: Process, *, group: bool = False, patience: float = 10) -> None:
    """Ends a process (with its group, if it leads one): by asking first, then by force."""
    for how in (signal.SIGTERM, signal.SIGKILL):
        if process.returncode is None or group:
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.killpg(process.pid, how) if group else process.send_signal(how)
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(process.wait(), patience)


@contextlib.asynccontextmanager
async def helper(module: str, *arguments: str, first_line: str = "") -> AsyncIterator[Process]:
    """`python -m MODULE ARGUMENTS`, with a first line on its input: secrets do not go on a command line."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", module, *arguments,
        cwd=ROOT, stdin=PIPE, stdout=PIPE, stderr=DEVNULL, start_new_session=True,
    )  # fmt: skip
    try:
        if process.stdin is None or process.stdout is None:
            raise HelperFailed(module)
        process.stdin.write(f"{first_line}\n".encode())
        if (await asyncio.wait_for(process.stdout.readline(), 30)).strip() != b"ready":
            raise HelperFailed(f"{module} did not start")
        yield process
    finally:
        await end(process)


async def input_closed() -> None:
    """For helpers: returns when whoever started this process has closed its input."""
    reader = asyncio.StreamReader()
    await asyncio.get_running_loop().connect_read_pipe(
        lambda: asyncio.StreamReaderProtocol(reader), sys.stdin
    )
    while await reader.read(1024):
        pass


def say_ready() -> None:
    sys.stdout.write("ready\n")
    sys.stdout.flush()
