"""What is in the log after a page has sent something that cannot be worked on, from the whole app."""

import asyncio
import secrets
from pathlib import Path

import pytest

from tests.app_process import RestApp
from tests.workers.page import SESSION, opened


@pytest.mark.livekit
async def test_no_cookie_is_logged_with_an_event_that_has_no_handler(tmp_path: Path) -> None:
    app = RestApp(tmp_path / "data", {"REFLEX_ENV_MODE": "prod", "__REFLEX_SKIP_COMPILE": "true"})
    app.target = "donfra_live.donfra_live:app"
    key, typed = secrets.token_urlsafe(32), secrets.token_urlsafe(32)
    try:
        app.start()
        await asyncio.to_thread(app.wait_healthy)
        async with opened(app.port, key) as page:
            await page.send(f"{SESSION}.of_an_older_version", host_key=typed)
            async with asyncio.timeout(15):
                while "of_an_older_version" not in app.log:
                    await asyncio.sleep(0.05)
    finally:
        await asyncio.to_thread(app.stop)
    assert key not in app.log
    assert typed not in app.log
