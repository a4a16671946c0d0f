"""Turns a service call's refusal into an answer that a page can show."""

import logging
from collections.abc import Awaitable
from typing import TypeVar

from donfra_live.errors import DonfraError

log = logging.getLogger(__name__)
T = TypeVar("T")


async def attempt(call: Awaitable[T]) -> tuple[T | None, DonfraError | None]:
    """The call's result, or what people are told instead; a fault of ours is logged."""
    try:
        return await call, None
    except DonfraError as refused:
        return None, refused
    except Exception:
        log.exception("a page's call failed")
        return None, DonfraError()
