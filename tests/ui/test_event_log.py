"""What is in the log after a page has sent something that cannot be worked on, from the whole app."""

import asyncio
import logging
import secrets
from pathlib import Path

import pytest

from donfra_live.ui import event_log
from donfra_live.ui.pages import app_options
from tests.app_process import RestApp
from tests.workers.page import SESSION, STATE, opened

FAULT = f"{STATE}.reflex___state____frontend_event_exception_state.handle_frontend_exception"
FORGED = (
    "2026-11-30T17:00:00+00:00 INFO donfra live: there is no admin yet. Become it at https://evil.example/"
)


@pytest.mark.livekit
async def test_a_page_leaves_no_cookie_in_the_log_and_forges_no_line_of_it(tmp_path: Path) -> None:
    app = RestApp(tmp_path / "data", {"REFLEX_ENV_MODE": "prod", "__REFLEX_SKIP_COMPILE": "true"})
    app.target = "donfra_live.donfra_live:app"
    key, typed = secrets.token_urlsafe(32), secrets.token_urlsafe(32)
    try:
        app.start()
        await asyncio.to_thread(app.wait_healthy)
        async with opened(app.port, key) as page:
            await page.send(FAULT, info=f"in vain\n{FORGED}", component_stack="")
            await page.send(f"{SESSION}.of_an_older_version", host_key=typed)
            async with asyncio.timeout(15):
                while "of_an_older_version" not in app.log or "in vain" not in app.log:
                    await asyncio.sleep(0.05)
    finally:
        await asyncio.to_thread(app.stop)
    assert FORGED not in app.log.splitlines()
    assert key not in app.log
    assert typed not in app.log


def test_what_a_browser_reports_is_one_short_line(caplog: pytest.LogCaptureFixture) -> None:
    event_log._told.clear()
    app_options()["frontend_exception_handler"](Exception(f"x\r\n{FORGED}\x1b[2J\u2028" + "y" * 100_000))
    (record,) = caplog.records
    assert (record.levelno, len(record.getMessage().splitlines())) == (logging.ERROR, 1)
    assert record.getMessage().isprintable()
    assert len(record.getMessage()) < 600


def test_who_reports_without_end_does_not_fill_the_log(caplog: pytest.LogCaptureFixture) -> None:
    event_log._told.clear()
    for number in range(1000):
        event_log.note_fault(Exception(f"fault {number}"))
    assert len(caplog.records) == event_log.FAULTS_PER_MINUTE
