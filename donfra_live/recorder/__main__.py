"""`python -m donfra_live.recorder FOLDER`: records one session into FOLDER; started by the app.

Where and with which token to listen comes through stdin, never by arguments or environment, which others see.
It ends when the recording is over, or at once when another recorder has the folder.
"""

import asyncio
import json
import logging
import os
import signal
import sys
from pathlib import Path

from donfra_live.livekit_gateway.reception import LiveKitReception
from donfra_live.recorder.ending import make_file
from donfra_live.recorder.places import Places, Told, read_job, read_wanted
from donfra_live.recorder.run import End, Run
from donfra_live.recorder.sources import Hear
from donfra_live.recorder.tell import Teller
from donfra_live.recordings.ports import RecordingJob
from donfra_live.recordings.rules import RecordingStatus

NICE = 10


class _Scrubbed(logging.Formatter):
    """The library's messages may repeat the token; the log lies beside the recording."""

    def __init__(self, secret: str) -> None:
        super().__init__("%(asctime)s %(levelname)s %(message)s")
        self._secret = secret

    def format(self, record: logging.LogRecord) -> str:
        text = super().format(record)
        return text.replace(self._secret, "...") if self._secret else text


def _log_without(secret: str) -> None:
    handler = logging.StreamHandler()
    handler.setFormatter(_Scrubbed(secret))
    logging.basicConfig(level=logging.INFO, handlers=[handler], force=True)


async def _record(run: Run, told: Told, job: RecordingJob) -> End:
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, run.leave)

    def listen(hear: Hear) -> LiveKitReception:
        agreed_to = job.recording_id if job.by_consent else ""
        return LiveKitReception(told.url, told.token, hear, audio_only=job.audio_only, agreed_to=agreed_to)

    return await run.record(listen)


def main() -> int:
    """The exit status: 0 when nothing is left to do."""
    places = Places(Path(sys.argv[1]))
    told = Told(**json.load(sys.stdin))
    _log_without(told.token)
    os.nice(NICE)
    if not (lock := places.lock()).take():
        return 0
    job, tell = read_job(places), Teller(places)
    end = End()
    if RecordingStatus.FINISHING not in {tell.before.status, read_wanted(places)}:
        run = Run(places, job, tell.part, told.reserve, tell.running)
        end = asyncio.run(_record(run, told, job))
    if not end.leave:
        make_file(places, job, tell, end.reason)
    lock.release()
    return 0


if __name__ == "__main__":
    sys.exit(main())
