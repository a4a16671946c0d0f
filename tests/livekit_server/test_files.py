"""Private files, bounded logs, locks."""

import os
import sys
from pathlib import Path

import pytest

from donfra_live.livekit_server.files import Lock, bound_log, write_private
from donfra_live.livekit_server.state import State, read_state, write_state


def test_a_file_is_private_and_replaced(tmp_path: Path) -> None:
    path = tmp_path / "file"
    write_private(path, "one")
    write_private(path, "two")
    assert path.read_text() == "two"
    assert path.stat().st_mode & 0o777 == 0o600
    write_private(path, "three", keep=True)
    assert path.read_text() == "two"
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.skipif(sys.platform != "linux", reason="looks into /proc")
@pytest.mark.parametrize("how", [{}, {"lasts": True}, {"keep": True}])
def test_what_lasts_is_on_the_disk_before_it_has_its_name(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, how: dict[str, bool]
) -> None:
    path, really, secured = tmp_path / "file", os.fsync, list[tuple[str, bool]]()

    def fsync(descriptor: int) -> None:
        really(descriptor)
        secured.append((Path(f"/proc/self/fd/{descriptor}").readlink().read_text(), path.exists()))

    monkeypatch.setattr(os, "fsync", fsync)
    write_private(path, "whole", **how)
    assert secured == ([("whole", False)] if how else [])
    assert path.read_text() == "whole"


def test_a_long_log_is_moved_while_it_is_written(tmp_path: Path) -> None:
    path = tmp_path / "log"
    with path.open("a") as log:
        log.write("x" * 100)
        log.flush()
        bound_log(path, 100)
        assert path.stat().st_size == 100
        log.write("y")
        log.flush()
        bound_log(path, 100)
        log.write("z")
    assert path.read_text() == "z"
    assert (tmp_path / "log.1").read_text() == "x" * 100 + "y"


def test_a_lock_keeps_others_out_until_it_is_released(tmp_path: Path) -> None:
    one, two = Lock(tmp_path / "lock"), Lock(tmp_path / "lock")
    assert one.is_free()
    assert one.take()
    assert one.take()
    assert not two.take()
    assert not two.is_free()
    one.release()
    assert two.take()


def test_shared_holders_keep_an_exclusive_one_out(tmp_path: Path) -> None:
    one, two, three = (Lock(tmp_path / "lock") for _ in range(3))
    assert one.take(shared=True)
    assert two.take(shared=True)
    assert not three.take()


def test_a_forked_child_does_not_keep_the_lock(tmp_path: Path) -> None:
    lock = Lock(tmp_path / "lock")
    lock.take()
    is_up, up = os.pipe()
    end, may_end = os.pipe()
    child = os.fork()
    if child == 0:
        os.write(up, b"x")
        os.read(end, 1)
        os._exit(0)
    try:
        os.read(is_up, 1)
        lock.release()
        assert lock.is_free()
    finally:
        os.write(may_end, b"x")
        os.waitpid(child, 0)
        for descriptor in (is_up, up, end, may_end):
            os.close(descriptor)


def test_a_state_survives_the_file_and_nonsense_is_stopped(tmp_path: Path) -> None:
    path = tmp_path / "state.json"
    assert read_state(path) == State()
    state = State(
        "ready", "It runs.", "http://127.0.0.1:1", 1, 0, 2, 3, 4, 5, "d", "1.13.5", ("It runs.",), 1
    )
    write_state(path, state)
    assert read_state(path) == state
    for nonsense in ("{", "[]", '{"state": "ready", "unknown": 1, "messages": null}'):
        path.write_text(nonsense)
        assert read_state(path) == State()
