"""Lists about recordings with forty rows and long names: in both sizes and schemes, with keys, and quick."""

import json
import os
import re
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import expect
from sqlmodel import Session, SQLModel, create_engine

from donfra_live.models import LogEntry, Recording, RecordingConsent, RecordingLink, RecordingMarker
from donfra_live.models.base import new_id
from donfra_live.recorder.places import Places, name_of_folder
from donfra_live.recordings.rules import RecordingStatus
from tests.browser.looks import look
from tests.browser.person import Person
from tests.browser.serving import Serving
from tests.browser.test_dashboard import hosted
from tests.browser.test_recording import recordings
from tests.recorder.test_files import closed

pytestmark = [pytest.mark.browser, pytest.mark.livekit, pytest.mark.timeout(240)]
Somebody = Callable[..., Person]
MANY = 40
NOW = datetime(2026, 11, 20, 10, tzinfo=UTC)
# Whether the last row of a list is to be seen in it, and how high the list is.
END_SEEN = """(list) => {
  const row = list.lastElementChild.getBoundingClientRect(), box = list.getBoundingClientRect();
  return [row.bottom <= box.bottom + 2 && row.top >= box.top - 2, box.height];
}"""


def long_name(number: int) -> str:
    """Sixty characters without a space."""
    return f"Donaudampfschifffahrtselektrizitaetenhauptbetriebswerk{number:06}"


def store(serving: Serving, rows: Sequence[SQLModel]) -> None:
    engine = create_engine(f"sqlite:///{serving.folder / 'data' / 'donfra.db'}", connect_args={"timeout": 20})
    with Session(engine) as db:
        db.add_all(rows)
        db.commit()
    engine.dispose()


@pytest.fixture(scope="module")
def film(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return closed(tmp_path_factory.mktemp("film") / "film.mp4", 8.0, 440)


def kept(serving: Serving, session_id: str, film: Path, number: int = 0, **fields: Any) -> Recording:
    """A recording that is ready, with its film."""
    row = Recording(
        session_id=session_id,
        status=RecordingStatus.READY,
        started_by=long_name(1),
        machine=name_of_folder(serving.folder / "data"),
        created_at=NOW + timedelta(minutes=number),
        ended_at=NOW + timedelta(minutes=number + 1),
        milliseconds=8000,
        bytes=film.stat().st_size,
        file="recording.mp4",
        **fields,
    )
    folder = Places.made(serving.folder / "data", session_id, row.id).folder
    os.link(film, folder / "recording.mp4")
    return row


def about(row: Recording) -> list[SQLModel]:
    """Forty links, answers, marks, and lines of the log."""
    own = {"session_id": row.session_id, "recording_id": row.id}
    rows: list[SQLModel] = []
    for n in range(MANY):
        name, at = long_name(n), NOW + timedelta(seconds=n)
        over = NOW if n % 3 == 0 else None
        links = RecordingLink(
            **own, token_hash=new_id(), made_by=name, created_at=at, revoked_at=over, opened=n
        )
        answer = RecordingConsent(**own, member_id=new_id(), name=name, agreed=n % 4 > 0, at=at)
        mark = RecordingMarker(**own, milliseconds=200 * n, title=name, set_by=name)
        line = LogEntry(
            session_id=row.session_id, at=at, actor_name=name, act="watch recording", detail=long_name(n)
        )
        rows += [links, answer, mark, line]
    return rows


def scrolls_by_keys(host: Person, rows: Any, *, heights: tuple[int, int] = (100, 340)) -> None:
    """All are there, in a space of its own whose end is reached with a key."""
    expect(rows.locator("> li")).to_have_count(MANY)
    rows.focus()
    expect(rows).to_be_focused()
    host.page.keyboard.press("End")
    host.until(lambda: rows.evaluate(END_SEEN)[0], "last row in sight")
    assert heights[0] <= rows.evaluate(END_SEEN)[1] <= heights[1]


def removes_the_last_mark(part: Any) -> None:
    """After a question that can be declined."""
    marks = part.get_by_role("button", name=re.compile("^Remove the mark "))
    for answer, left in (("Keep it", MANY), ("Remove mark", MANY - 1)):
        marks.last.click()
        expect(
            part.get_by_role("group", name="Remove the mark?").get_by_role("button", name="Keep it")
        ).to_be_focused()
        look(part.page, "mark-remove")
        part.get_by_role("button", name=answer).click()
        expect(marks).to_have_count(left)


def test_forty_rows_in_each_list_of_a_recording(person: Somebody, serving: Serving, film: Path) -> None:
    host = person()
    session_id = hosted(host, serving, long_name(0))
    tracks = json.dumps([[f"voice-{n:02}.m4a", long_name(n), 90_000] for n in range(MANY)])
    gaps = "1500:750,4000:2600"
    row = kept(serving, session_id, film, title=long_name(0) * 2, by_consent=True, tracks=tracks, gaps=gaps)
    store(serving, [row, *about(row)])
    host.page.reload()
    part = recordings(host)
    expect(part).to_contain_text("Missing in it, because the recorder was started again: ")
    expect(part).to_contain_text("about a second at 00:01, 3 seconds at 00:04.")
    scrolls_by_keys(host, part.get_by_role("region", name="Voices and pictures").get_by_role("list"))
    part.get_by_text("Title, who may watch, captions").click()
    scrolls_by_keys(host, part.get_by_role("list", name="Links"))
    part.get_by_text("Who may be seen and heard").click()
    scrolls_by_keys(host, part.get_by_role("list", name="Answers"))

    chapters = part.get_by_role("navigation", name="Chapters").get_by_role("list")
    jumps = chapters.get_by_role("button", name=re.compile(r"\d\d:\d\d"))
    expect(jumps).to_have_count(MANY)
    jumps.last.press("Enter")
    expect(jumps.last).to_have_attribute("aria-current", "true")
    part.locator("video").evaluate("(player) => { player.currentTime = 4.01; }")
    expect(jumps.nth(20)).to_have_attribute("aria-current", "true")
    expect(jumps.nth(20)).to_be_in_viewport(ratio=0.9)
    removes_the_last_mark(part)
    log = host.page.get_by_role("region", name="What was done")
    expect(log.get_by_role("listitem")).to_have_count(20)
    log.get_by_role("button", name=re.compile("Show all")).press("Enter")
    expect(log.get_by_text("watched the recording")).to_have_count(MANY)
    look(host.page, "forty-of-a-recording")


def test_forty_recordings(person: Somebody, serving: Serving, film: Path) -> None:
    """Of one session, with a player each: five at a time. Of one's own: ten."""
    host = person()
    session_id = hosted(host, serving, "A long year")
    store(serving, [kept(serving, session_id, film, n, title=long_name(n)) for n in range(MANY)])
    host.page.reload()
    part = recordings(host)
    titles = part.get_by_role("heading", level=3)
    expect(titles).to_have_text([long_name(n) for n in range(39, 34, -1)])
    expect(part.locator("video")).to_have_count(5)
    expect(part.get_by_text("5 of 40")).to_be_visible()
    look(host.page, "forty-recordings")
    more = part.get_by_role("button", name="Show more")
    for shown in range(10, MANY + 1, 5):
        more.press("Enter")
        expect(titles).to_have_count(shown)
    expect(more).to_have_count(0)
    expect(titles.last).to_have_text(long_name(0))

    host.page.goto(f"{host.base}/dashboard")
    shelf = host.page.get_by_role("region", name="My recordings")
    for shown in range(10, MANY + 1, 10):
        expect(shelf.get_by_role("link")).to_have_count(shown)
        if shown < MANY:
            shelf.get_by_role("button", name="Show more").press("Enter")
    expect(shelf.get_by_role("button", name="Show more")).to_have_count(0)
    look(host.page, "forty-of-mine")
