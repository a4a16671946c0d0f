"""Says what takes long while it goes on, as the scripts do: after two seconds, then every ten."""

import contextlib
import threading
import time
from collections.abc import Callable, Iterator

Say = Callable[[str], None]


class Progress:
    """say: a line for the operator. first, then: seconds until the first line and between the others."""

    def __init__(self, say: Say, first: float = 2.0, then: float = 10.0) -> None:
        self._say, self._first, self._then = say, first, then

    @contextlib.contextmanager
    def during(self, words: str, amount: Callable[[], str] = str) -> Iterator[None]:
        """amount: how much has been done; asked from a thread of its own, so that no work has to tell."""
        began, over = time.monotonic(), threading.Event()

        def tell() -> None:
            wait = self._first
            while not over.wait(wait):
                done = amount()
                self._say(f"{words} ... {time.monotonic() - began:.0f} s" + (f", {done}" if done else ""))
                wait = self._then

        thread = threading.Thread(target=tell, daemon=True)
        thread.start()
        try:
            yield
        finally:
            over.set()
            thread.join()
