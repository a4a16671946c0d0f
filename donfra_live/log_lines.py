"""How the app's log lines look: when, how bad, what. What is said to who starts the app is plain at first.

Where somebody has set the log up himself (granian --log-config) nothing is changed.
"""

import logging
from datetime import datetime

START_SECONDS = 60.0

said = logging.getLogger("donfra_live.said")
said.setLevel(logging.INFO)


class Lines(logging.Formatter):
    """Times are this machine's, with their distance to UTC (ISO 8601)."""

    def __init__(self) -> None:
        super().__init__("%(asctime)s %(levelname)s %(message)s")

    def formatTime(self, record: logging.LogRecord, datefmt: str | None = None) -> str:  # logging's
        return datetime.fromtimestamp(record.created).astimezone().isoformat(timespec="seconds")

    def format(self, record: logging.LogRecord) -> str:
        is_start = record.relativeCreated < START_SECONDS * 1000
        return record.getMessage() if record.name == said.name and is_start else super().format(record)


def set_up() -> None:
    """Called once by the composition root."""
    root = logging.getLogger()
    if not root.handlers:
        handler = logging.StreamHandler()
        handler.setFormatter(Lines())
        root.addHandler(handler)


def say(line: str) -> None:
    """A line for the person who started the app."""
    said.info("donfra live: %s", line)
