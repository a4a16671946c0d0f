"""What pages leave in the log: no cookies, and of what a browser says of its own faults one short line.

Reflex writes a page's event down whole when it cannot be worked on. It carries its websocket's headers and
what the page sent, so a page from before an update, whose handler is gone, would leave somebody's login.
"""

import logging
import re
import time
from collections import deque

from reflex_base.event.processor import event_processor

log = logging.getLogger(__name__)
FAULT_LENGTH, FAULTS_PER_MINUTE = 500, 20
_told: deque[float] = deque(maxlen=FAULTS_PER_MINUTE)
_EVENT = re.compile(r"Event\(name='([^']*)'.*\)(?= \[txid=|$)", re.DOTALL)


class _NameOnly(logging.Filter):
    def filter(self, record: logging.LogRecord) -> bool:
        record.msg, record.args = _EVENT.sub(r"\1", record.getMessage()), ()
        return True


def keep_cookies_out() -> None:
    """Called once by the composition root."""
    event_processor.logger.addFilter(_NameOnly())


def note_fault(exception: Exception) -> None:
    """What a browser says went wrong in it. Anybody can send anything as such, so it forges no other line,
    steers no terminal and does not fill the disk."""
    now = time.monotonic()
    if len(_told) == FAULTS_PER_MINUTE and now - _told[0] < 60:
        return
    _told.append(now)
    said = str(exception)
    shown = " ".join("".join(c if c.isprintable() else " " for c in said[:FAULT_LENGTH]).split())
    log.error("a browser reports: %s%s", shown, " ..." if len(said) > FAULT_LENGTH else "")
