"""A disk that is full ends no call: what cannot be written is written later, or not at all."""

import errno
import os
from pathlib import Path

import pytest

from donfra_live.livekit_server import supervisor
from donfra_live.livekit_server.files import bound_log
from donfra_live.livekit_server.state import Places, State, read_state
from donfra_live.livekit_server.supervisor import Supervisor
from donfra_live.settings import Settings


def test_a_long_log_that_there_is_no_space_to_keep_is_emptied(tmp_path: Path) -> None:
    log = tmp_path / "server.log"
    (tmp_path / "server.log.1").symlink_to("/dev/full")
    log.write_text("x" * 101)
    bound_log(log, 100)
    assert log.read_text() == ""
    assert [path.name for path in tmp_path.iterdir()] == ["server.log"]
    bound_log(tmp_path / "none.log", 100)


def test_what_the_app_could_not_be_told_it_is_told_when_there_is_space(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    really, is_full = supervisor.write_state, [True]

    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    def write(path: Path, state: State) -> None:
        full() if is_full else really(path, state)

    monkeypatch.setattr(supervisor, "write_state", write)
    ours = Supervisor(Settings(_env_file=None, donfra_data_dir=tmp_path), 0.0, full)
    state_file = Places.of(tmp_path).state
    ours._show("ready", "The media server is ready.")
    assert read_state(state_file).state == "stopped"
    is_full.clear()
    lease = supervisor.Lock(Places.of(tmp_path).lease)
    assert lease.take(shared=True), "the app is there"
    ours._check_stop()
    assert (read_state(state_file).state, read_state(state_file).said) == ("ready", 1)
