"""Who records, by the settings, and what our own recorder misses on this machine."""

import asyncio
import os
from collections.abc import Callable
from pathlib import PurePosixPath

from donfra_live.recorder.client import Access, LocalRecorders
from donfra_live.recorder.egress import EgressRecorders
from donfra_live.recorder.egresses import Egresses
from donfra_live.recorder.fonts import NO_FONT, find_font
from donfra_live.recordings.ports import Recorder
from donfra_live.recordings.rules import most_at_once
from donfra_live.settings import Settings
from donfra_live.tasks import Tasks


def recorder_of(settings: Settings, access: Access, egress: Egresses | None, tasks: Tasks) -> Recorder:
    data, reserve = settings.data_dir, settings.recording_reserve_bytes
    most = most_at_once(os.cpu_count() or 1, settings.recordings_at_once)
    own = LocalRecorders(data, access, reserve=reserve, most=most)
    if egress is None:
        return own
    seen_as = PurePosixPath(settings.egress_folder or data / "recordings")
    return EgressRecorders(data, egress, own, tasks, seen_as=seen_as, reserve=reserve, most=most)


async def check_font(settings: Settings, say: Callable[[str], None]) -> None:
    """Egress draws with fonts of its own."""
    if settings.recorder == "local" and await asyncio.to_thread(find_font) is None:
        say(NO_FONT)
