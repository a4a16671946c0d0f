"""What Egress leaves: seconds as pieces of their own, of which none but the last is lost."""

import shutil
from pathlib import Path

import pytest

from donfra_live.recorder import finish, segments
from donfra_live.recorder.egresses import EgressState
from donfra_live.recorder.places import read_status
from donfra_live.recordings.rules import RecordingStatus
from tests.recorder import film
from tests.recorder.egress_desk import IDS, JOB, SECONDS, Desk, pieces_of
from tests.recorder.pieces import PiecesWriter
from tests.recorder.test_files import write


async def test_one_that_is_killed_loses_the_second_that_it_was_at_and_says_so(desk: Desk) -> None:
    await desk.recorders.start(JOB)
    await desk.records(since=10)
    desk.egress.brings(2)
    half = segments.file_of(desk.egress.folder, 2)
    half.write_bytes((desk.film / half.name).read_bytes()[:-100])
    await desk.until(lambda: read_status(desk.places).bytes > 0)
    assert read_status(desk.places).bytes == sum(map(segments.size, segments.whole(desk.egress.folder)))
    desk.egress.last.known = False  # nobody says that it has ended
    await desk.until(lambda: len(desk.egress.runs) == 2)
    await desk.records()
    facts = await desk.ends_well()
    [gap] = facts.gaps
    assert gap.at == pytest.approx(2.0, abs=0.1)
    assert gap.lost == pytest.approx(desk.egress.last.started - desk.egress.runs[0].started - 2.0, abs=0.1)
    assert film.lengths(desk.places.folder / facts.file) == pytest.approx((2 + SECONDS,) * 2, abs=0.1)
    assert not desk.places.parts()


async def test_a_list_that_is_some_seconds_behind_does_not_take_them_away(desk: Desk) -> None:
    await desk.recorders.start(JOB)
    await desk.records()
    desk.egress.brings(lists=1)
    desk.egress.ends(EgressState.FAILED, "killed", brings=False)
    await desk.until(lambda: len(desk.egress.runs) == 2)
    await desk.records()
    assert (await desk.recorders.facts(*IDS)).anchors[1].at == pytest.approx(SECONDS, abs=0.1)


async def test_only_what_egress_names_so_is_taken_for_a_piece(desk: Desk) -> None:
    await desk.recorders.start(JOB)
    await desk.records()
    desk.egress.brings(1)
    folder = desk.egress.folder
    segments.file_of(folder, 1).symlink_to(desk.film / "take_00001.ts")
    segments.file_of(folder, 2).mkdir()
    for strange in ("take_1.ts", "take_00003.ts.mp4", "other_00004.ts", "take_x0005.ts"):
        shutil.copy(desk.film / "take_00002.ts", folder / strange)
    (folder / segments.LIST).unlink()
    (folder / segments.LIST).symlink_to(desk.places.job)
    desk.egress.ends(brings=False)
    await desk.recorders.stop(*IDS)
    await desk.is_(RecordingStatus.READY)
    assert (await desk.recorders.facts(*IDS)).seconds == pytest.approx(1.0, abs=0.1)


def test_a_piece_that_cannot_be_read_or_begins_anew_moves_no_other(tmp_path: Path) -> None:
    part, other = pieces_of(tmp_path / "part-0001.pieces", 4.0), pieces_of(tmp_path / "other", 1.0)
    segments.file_of(part, 1).write_bytes(b"\0" * segments.PACKET * 20)
    shutil.copy(segments.file_of(other, 0), segments.file_of(part, 4))  # its clock begins at 0
    finish.join([part], tmp_path / "film.mp4")
    assert film.lengths(tmp_path / "film.mp4") == pytest.approx((4.0, 4.0), abs=0.1)
    heard = film.sound(tmp_path / "film.mp4")
    for second in (0.5, 1.5, 2.5, 3.5):
        at = int(second * film.RATE)
        assert film.tone(heard[at - film.RATE // 8 : at + film.RATE // 8]) == pytest.approx(440, abs=8)


def test_pieces_of_sound_only_are_joined(tmp_path: Path) -> None:
    part = tmp_path / "part-0001.pieces"
    part.mkdir()
    write(part / "film", 3.0, 440, fps=0, kind=PiecesWriter).close()
    finish.join([part, part], tmp_path / "film.m4a")
    assert film.lengths(tmp_path / "film.m4a") == pytest.approx((0.0, 6.0), abs=0.1)


def test_a_list_of_another_making_is_not_believed(tmp_path: Path) -> None:
    folder = pieces_of(tmp_path / "take", 2.0)
    told = "#EXTINF:9999999,\ntake_00000.ts\n#EXTINF:1e9,\ntake_00001.ts\n#EXTINF:7.0,\n../../take_00001.ts\n"
    (folder / segments.LIST).write_text(told)
    assert segments.seconds(folder) == 2.0
    (folder / segments.LIST).write_bytes(b"\xff\x00" * 1000)
    assert segments.seconds(folder) == 2.0
