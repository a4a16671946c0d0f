"""Keeps cookies out of the log: Reflex writes a page's event down whole when it cannot be worked on.

An event carries its websocket's headers and what the page sent, so a page from before an update, whose
handler is gone, would leave somebody's login there.
"""

import logging
import re

from reflex_base.event.processor import event_processor

_EVENT = re.compile(r"Event\(name='([^']*)'.*\)(?= \[txid=|$)", re.DOTALL)


class _NameOnly(logging.Filter):
    def filter(self, record: logging.LogRecord) -> bool:
        record.msg, record.args = _EVENT.sub(r"\1", record.getMessage()), ()
        return True


def keep_cookies_out() -> None:
    """Called once by the composition root."""
    event_processor.logger.addFilter(_NameOnly())
