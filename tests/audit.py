"""Whom the app's own processes speak to, noted by Python itself: for tests that it is nobody outside."""

import os
import re
from pathlib import Path

# Python runs this file at the start of every process.
_NOTES = """
import os, sys
def note(event, arguments):
    if event in ("socket.connect", "socket.getaddrinfo", "socket.gethostbyname"):
        target = arguments[1] if event == "socket.connect" else arguments[0]
        with open(os.environ["AUDIT_FILE"], "a") as file:
            file.write(f"{event} {target!r}\\n")
sys.addaudithook(note)
"""
# The last one: which address this machine has is asked of the system, nothing is sent.
_OURS = re.compile(r"127\.|localhost|::1|^'?/|b''|None|0\.0\.0\.0|^\('198\.51\.100\.1', 9\)")


def audited(folder: Path) -> dict[str, str]:
    """What to add to the environment of the processes to be watched."""
    (folder / "sitecustomize.py").write_text(_NOTES)
    (folder / "audit").touch()
    return {"PYTHONPATH": os.fspath(folder), "AUDIT_FILE": os.fspath(folder / "audit")}


def strangers(folder: Path) -> list[str]:
    """Whom they have spoken to who is not of this machine."""
    spoken = (folder / "audit").read_text().splitlines()
    assert spoken, "the hook did not run"
    return [line for line in spoken if not _OURS.search(line.split(" ", 1)[1])]
