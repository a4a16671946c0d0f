"""A recorder that is ill: `python -m tests.recorder.ill FOLDER` dies at once, or hangs beside a file hang."""

import json
import os
import sys
import time
from pathlib import Path

from donfra_live.recorder.places import Places, Status, write_status
from donfra_live.recordings.rules import RecordingStatus

places = Places(Path(sys.argv[1]))
assert json.load(sys.stdin)["token"] == "a token"
if not (places.folder / "hang").exists() or not (lock := places.lock()).take():
    sys.exit(1)
write_status(places, Status(RecordingStatus.RECORDING, pid=os.getpid(), updated=time.time()))
time.sleep(60)
