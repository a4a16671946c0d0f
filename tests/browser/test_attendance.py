"""Four browsers, a killed media server, events that get lost: the table is right all the same.

The app compares as seldom as it is shipped to; what it stored is read from its database, what it says by
REST and from the page.
"""

import contextlib
import os
import signal
import sqlite3
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from playwright.sync_api import Browser, expect

from donfra_live.settings import Settings
from tests.browser.conftest import FAKE_DEVICES
from tests.browser.person import Person
from tests.browser.serving import Serving

pytestmark = [pytest.mark.browser, pytest.mark.livekit, pytest.mark.timeout(300)]
# LiveKit's events count whole seconds.
EXACT, LOOP, UNKNOWN = 1.0, Settings.model_fields["reconcile_seconds"].default, 30.0


class Between(NamedTuple):
    """Two times on this machine's clock, seconds since 1970."""

    early: float
    late: float

    def holds(self, seen: float, early: float = EXACT, late: float = EXACT) -> bool:
        return self.early - early <= seen <= self.late + late


@contextlib.contextmanager
def timed() -> Iterator[list[float]]:
    times = [time.time()]
    yield times
    times.append(time.time())


def seconds(text: str) -> float:
    return datetime.fromisoformat(text).timestamp()


def comes(one: Person, session_id: str, name: str) -> Between:
    """He is in from when the app takes his press, and from when he is connected if he was not yet."""
    one.page.goto(f"{one.base}/live/{session_id}")
    one.label("Your name").fill(name)
    with one.page.expect_response("**/api/live/enter") as entered:
        one.button("Join").click()
    one.sees_room()
    one.sees_pictures(1)
    return Between(entered.value.request.timing["startTime"] / 1000, time.time())


def attendance(host: Person, session_id: str) -> dict[str, dict[str, Any]]:
    answer = host.page.request.get(f"{host.base}/api/live/{session_id}/attendance")
    assert answer.ok, answer.text()
    return {one["name"]: one for one in answer.json()}


class Stored(NamedTuple):
    start: float
    end: float
    participant_sid: str


def stored(serving: Serving, name: str) -> list[Stored]:
    def at(text: str) -> float:
        return datetime.fromisoformat(text).replace(tzinfo=UTC).timestamp()

    query = (
        "SELECT started_at, ended_at, participant_sid FROM presence_interval JOIN member "
        "ON member.id = member_id WHERE member.name = ? ORDER BY started_at"
    )
    return [Stored(at(start), at(end), sid) for start, end, sid in asked(serving, query, name)]


def asked(serving: Serving, query: str, *values: str) -> list[Any]:
    with contextlib.closing(sqlite3.connect(serving.folder / "data" / "donfra.db")) as db:
        return db.execute(query, values).fetchall()


def dies(serving: Serving, watchers: list[Person]) -> Between:
    """The media server is killed and everybody comes back by himself; from when to when."""
    before = [one.page.evaluate("connections.length") for one in watchers]
    with timed() as away:
        os.kill(serving.media_pid, signal.SIGKILL)
        for one, count in zip(watchers, before, strict=True):
            one.until(
                lambda o=one, c=count: bool(o.page.evaluate("connections.length") > c), "connecting again"
            )  # type: ignore[misc]
            one.sees_pictures(1)
    return Between(*away)


@contextlib.contextmanager
def dead(serving: Serving) -> Iterator[None]:
    """The app is killed, for longer than the media server tries to tell it something."""
    serving.kill()
    yield
    time.sleep(17)
    serving.start()


def shown(host: Person, session_id: str) -> dict[str, tuple[int, int, str]]:
    """First in, last out, came back: the table of the session's page, as one reads it."""
    host.page.goto(f"{host.base}/live/{session_id}")
    table = host.page.get_by_role("table", name="Who was there")
    expect(table.get_by_role("rowheader")).to_have_count(4)
    found = {}
    for row in table.locator("tbody tr").all():
        first, last = [int(seconds(one.get_attribute("datetime") or "")) for one in row.locator("time").all()]
        found[row.locator(".who-was").inner_text()] = (
            first,
            last,
            row.get_by_role("cell").nth(3).inner_text(),
        )
    return found


@pytest.fixture
def seldom(tmp_path: Path) -> Iterator[Serving]:
    with Serving.running(tmp_path, RECONCILE_SECONDS=str(LOOP)) as app:
        yield app


def test_attendance_of_four_browsers_through_everything_that_dies(
    launch: Callable[[list[str]], Browser], seldom: Serving
) -> None:
    host, ada, bob, cleo = [Person(launch(FAKE_DEVICES).new_context(), seldom.url) for _ in range(4)]
    session_id = host.create("Algebra", "Grace")
    with timed() as began:
        host.go_live()
    came = {name: comes(one, session_id, name) for name, one in (("Ada", ada), ("Bob", bob), ("Cleo", cleo))}
    came["Grace"] = Between(*began)
    ada.sees_pictures(1)
    time.sleep(3)  # so long they are there, and nothing happens
    with timed() as leaving:
        cleo.button("Leave").click()
        cleo.is_told("You have left")
    away = dies(seldom, [ada, bob])

    for name in ("Ada", "Bob", "Grace"):
        ada.until(lambda n=name: len(stored_open(seldom, n)) == 2, f"{name} in the list again", LOOP + 20)  # type: ignore[misc]
    with dead(seldom), timed() as closing:
        bob.context.close()
    host.until(lambda: not attendance(host, session_id)["Bob"]["here"], "Bob's leaving", LOOP + 20)
    with timed() as ending:
        host.button("End for everyone").click()
        host.button("End session").click()
        ada.is_told("The session has ended")

    host.until(
        lambda: not any(one["here"] for one in attendance(host, session_id).values()), "the end of all"
    )
    found, stays = attendance(host, session_id), {name: stored(seldom, name) for name in came}
    went = {"Cleo": Between(*leaving), "Ada": Between(*ending), "Grace": Between(*ending)}
    assert set(found) == set(came)
    for name, (first, last, present) in told(found).items():
        assert came[name].holds(first), (name, came[name], first)
        assert (first, last) == (int(stays[name][0].start), int(stays[name][-1].end)), name
        assert abs(present - sum(stay.end - stay.start for stay in stays[name])) <= EXACT, name
    for name, gone in went.items():
        assert gone.holds(stays[name][-1].end), (name, gone, stays[name])
    assert Between(*closing).holds(stays["Bob"][-1].end, early=UNKNOWN), (closing, stays["Bob"])
    left = "SELECT count(*) FROM webhook_event WHERE kind = 'participant_left' AND sid = ?"
    assert asked(seldom, left, stays["Bob"][-1].participant_sid) == [(0,)], "nobody told of it"

    assert [found[name]["reconnects"] for name in ("Grace", "Ada", "Bob", "Cleo")] == [1, 1, 1, 0]
    for name in ("Grace", "Ada", "Bob"):
        before, after = stays[name]
        assert away.early - UNKNOWN <= before.end <= away.early + EXACT, (name, away, before)
        assert away.early - EXACT <= after.start <= away.late + EXACT, (name, away, after)
    assert shown(host, session_id) == {
        name: (first, last, str(found[name]["reconnects"])) for name, (first, last, _) in told(found).items()
    }


def stored_open(serving: Serving, name: str) -> list[Any]:
    """All his stays, those that go on as well."""
    query = "SELECT 1 FROM presence_interval JOIN member ON member.id = member_id WHERE member.name = ?"
    return asked(serving, query, name)


def told(found: dict[str, dict[str, Any]]) -> dict[str, tuple[float, float, float]]:
    return {
        name: (seconds(one["first_in"]), seconds(one["last_out"]), one["seconds_present"])
        for name, one in found.items()
    }
