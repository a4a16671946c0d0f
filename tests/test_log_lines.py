"""What an operator reads in the log."""

import logging
import subprocess
import sys
from datetime import UTC, datetime

import pytest

from donfra_live.log_lines import START_SECONDS, Lines, said
from tests.app_process import ROOT

SCRIPT = """
import logging
from donfra_live import log_lines
log_lines.set_up()
log_lines.set_up()
log_lines.say("there is no admin yet.")
logging.getLogger("donfra_live.somewhere").warning("it is %s", "late")
try:
    raise ValueError("no such thing")
except ValueError:
    logging.getLogger("asyncio").exception("it failed")
"""


def test_every_line_says_when_but_those_of_the_start_are_plain() -> None:
    done = subprocess.run(
        [sys.executable, "-c", SCRIPT],
        cwd=ROOT,
        env={"TZ": "Asia/Kolkata"},
        capture_output=True,
        text=True,
        check=True,
    )
    start, late, failed, *trace = done.stderr.splitlines()
    assert start == "donfra live: there is no admin yet."
    when, level, message = late.split(" ", 2)
    assert when.endswith("+05:30")
    assert abs((datetime.now(UTC) - datetime.fromisoformat(when)).total_seconds()) < 60
    assert (level, message) == ("WARNING", "it is late")
    assert failed.split(" ", 1)[1] == "ERROR it failed"
    assert trace[-1] == "ValueError: no such thing"


@pytest.mark.parametrize(("seconds", "is_plain"), [(START_SECONDS - 1, True), (START_SECONDS + 1, False)])
def test_what_is_said_later_says_when(seconds: float, is_plain: bool) -> None:
    record = said.makeRecord(said.name, logging.INFO, "", 0, "the nightly removal is done", (), None)
    record.relativeCreated = seconds * 1000
    line = Lines().format(record)
    assert line.endswith("the nightly removal is done")
    assert (line == "the nightly removal is done") is is_plain


def test_a_log_that_somebody_has_set_up_is_left_alone() -> None:
    script = f"import logging; logging.basicConfig(format='mine: %(message)s'){SCRIPT}"
    done = subprocess.run(
        [sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert "mine: it is late" in done.stderr.splitlines()
    assert done.stderr.count("it is late") == 1
