"""Figures over REST: answers, files, refusals; and the beacon as a browser sends it."""

import csv
import io
from collections.abc import AsyncIterator

import httpx
import pytest
from openpyxl import load_workbook

from donfra_live.live_sessions.views import Joined
from donfra_live.settings import Settings
from tests.matrix.scene import browser_key, browser_of
from tests.rest_client import api_of, client_of
from tests.world import World

COOKIE = {"Cookie": f"donfra_browser={browser_key('host')}"}
FIGURES = {"joined", "peak", "minutes_watched", "drop_outs", "reconnects", "messages", "hands"}
FIGURES |= {"quality", "first_picture"}


@pytest.fixture
async def client(world: World, settings: Settings) -> AsyncIterator[httpx.AsyncClient]:
    async with client_of(api_of(world, settings), headers=COOKIE) as client:
        yield client


async def lesson(world: World, title: str = "=1+1 / Ünits") -> tuple[str, Joined]:
    """Ten minutes on air with Bob in it, and what his browser reported; not over."""
    host = browser_of("host")
    created = await world.sessions.create(host, title=title, owner_name="Host", on_air=True)
    sid = created.facts.id
    bob = await world.admissions.join(browser_of("Bob"), sid, name="Bob")
    assert isinstance(bob, Joined)
    await world.see(sid, bob.identity)
    world.clock.pass_seconds(60)
    report = {"identity": bob.identity, "first_picture_ms": 1234, "seconds": {"good": 60}}
    await world.stats.report(browser_of("Bob"), sid, **report)
    return sid, bob


async def test_a_sessions_figures(world: World, client: httpx.AsyncClient) -> None:
    sid, _ = await lesson(world)
    for ended in (False, True):
        if ended:
            await world.sessions.end(browser_of("host"), sid)
        answer = (await client.get(f"/api/live/{sid}/stats")).json()
        points = answer.pop("points")
        assert answer == {
            "session_id": sid,
            "title": "=1+1 / Ünits",
            "series_id": "",
            "start": "2026-11-24T10:00:00Z",
            "end": "2026-11-24T10:01:00Z" if ended else None,
            "joined": 1,
            "peak": 1,
            "peak_at": "2026-11-24T10:00:00Z",
            "minutes_watched": 1,
            "drop_outs": 0,
            "reconnects": 0,
            "messages": 0,
            "hands": 0,
            "quality": {"excellent": 0, "good": 60, "poor": 0, "lost": 0},
            "first_picture": {"count": 1, "median_ms": 1200, "p95_ms": 1200},
            "bucket_seconds": 5,
        }
        assert len(points) == 12
        assert points[1] == {
            "at": "2026-11-24T10:00:05Z",
            "present": 1,
            "joined": 0,
            "left": 0,
            "messages": 0,
            "hands": 0,
            "quality": {"excellent": 0, "good": 5, "poor": 0, "lost": 0},
        }


async def test_files_open_in_a_spreadsheet_and_run_nothing(world: World, client: httpx.AsyncClient) -> None:
    sid, _ = await lesson(world)
    answer = await client.get(f"/api/live/{sid}/stats?format=csv&timezone=Europe/Berlin")
    assert answer.headers["content-type"].startswith("text/csv")
    assert "attachment" in answer.headers["content-disposition"]
    head, *rows = list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"))))
    assert head[:4] == ["Time (Europe/Berlin)", "People", "Came", "Left"]
    assert rows[0] == ["2026-11-24 11:00:00", "1", "1", "0", "0", "0", "0", "5", "0", "0"]
    answer = await client.get("/api/stats?days=7&timezone=Europe/Berlin&format=csv&table=sessions")
    head, row = list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"))))
    assert row[:6] == ["'=1+1 / Ünits", "2026-11-24 11:00:00", "", "1", "1", "1"]
    assert row[-2:] == ["1.2", "1.2"]
    answer = await client.get("/api/stats?days=7&format=xlsx&table=sessions")
    page = load_workbook(io.BytesIO(answer.content)).active
    assert (page["A2"].value, page["A2"].data_type) == ("=1+1 / Ünits", "s")
    answer = await client.get("/api/stats?days=7&format=csv")
    head, *rows = list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"))))
    assert head[:3] == ["Day", "Sessions", "People"]
    assert [row[:3] for row in rows[-2:]] == [["2026-11-23", "0", "0"], ["2026-11-24", "1", "1"]]


async def test_the_last_days(world: World, client: httpx.AsyncClient) -> None:
    sid, _ = await lesson(world)
    answer = (await client.get("/api/stats?days=30&timezone=Europe/Berlin")).json()
    assert (answer["first"], answer["last"]) == ("2026-10-26", "2026-11-24")
    assert (answer["timezone"], answer["scope"], answer["sessions"]) == ("Europe/Berlin", "mine", 1)
    assert set(answer) >= FIGURES
    assert len(answer["days"]) == 30
    assert answer["days"][-1]["joined"] == 1
    (line,) = answer["latest"]
    assert (line["session_id"], line["minutes_watched"], line["end"]) == (sid, 1, None)
    assert (await client.get("/api/stats")).json()["first"] == "2026-10-26", "30 days unasked"


async def test_a_series(world: World, client: httpx.AsyncClient) -> None:
    host = browser_of("host")
    created = await world.series("FREQ=WEEKLY;COUNT=2", host)
    path = f"/api/series/{created.facts.series_id}/stats"
    assert (await client.get(path)).status_code == 404
    await world.sessions.go_live(host, created.facts.id)
    answer = (await client.get(path)).json()
    assert set(answer) == FIGURES | {"series_id", "title", "sessions", "pending"}
    assert [one["session_id"] for one in answer["sessions"]] == [created.facts.id]
    answer = await client.get(f"{path}?format=csv")
    assert len(list(csv.reader(io.StringIO(answer.text)))) == 2
    stranger = {"Cookie": f"donfra_browser={browser_key('stranger')}"}
    assert (await client.get(path, headers=stranger)).status_code == 401


async def test_whose_figures(world: World, client: httpx.AsyncClient) -> None:
    await lesson(world)
    await world.account("root", admin=True)
    nobody = {"Cookie": ""}
    assert (await client.get("/api/stats", headers=nobody)).status_code == 401
    assert (await client.get("/api/stats?scope=all")).status_code == 403
    assert (await client.get("/api/stats?scope=all", headers=nobody)).status_code == 403
    login = {"email": "root@example.org", "password": "correct horse battery"}
    assert (await client.post("/api/accounts/login", json=login, headers=nobody)).status_code == 200
    key = client.cookies["donfra_login"]
    admin = {"Cookie": f"donfra_login={key}"}
    for asked, scope, sessions in (("", "all", 1), ("?scope=all", "all", 1), ("?scope=mine", "mine", 0)):
        answer = (await client.get(f"/api/stats{asked}", headers=admin)).json()
        assert (answer["scope"], answer["sessions"]) == (scope, sessions)


@pytest.mark.parametrize(
    "query",
    ["days=8", "days=", "days=x", "scope=theirs", "format=pdf", "table=people&format=csv"]
    + ["timezone=Mars/Base", "timezone=../../etc/passwd", f"timezone={'x' * 65}"],
)
async def test_wrong_questions(client: httpx.AsyncClient, query: str) -> None:
    answer = await client.get(f"/api/stats?{query}")
    assert (answer.status_code, answer.json()["error"]) == (422, "bad_input")


@pytest.mark.parametrize("kind", ["text/plain;charset=UTF-8", "application/json", ""])
async def test_a_beacon_needs_no_permission_of_the_browser(
    world: World, client: httpx.AsyncClient, kind: str
) -> None:
    """text/plain from our pages' own port: no CORS preflight, and the cookie comes along."""
    sid, bob = await lesson(world)
    body = f'{{"identity": "{bob.identity}", "seconds": {{"lost": 2, "poor": 1}}}}'
    headers = {"Origin": "http://localhost:3000", "Cookie": f"donfra_browser={browser_key('Bob')}"}
    headers |= {"Content-Type": kind} if kind else {}
    answer = await client.post(f"/api/live/{sid}/quality", content=body, headers=headers)
    assert (answer.status_code, answer.content) == (204, b"")
    quality = (await client.get(f"/api/live/{sid}/stats")).json()["quality"]
    assert quality == {"excellent": 0, "good": 60, "poor": 1, "lost": 2}
    for lie, status in (
        ({"Origin": "https://evil.example"}, 403),
        ({"Cookie": ""}, 401),
        ({"Cookie": f"donfra_browser={browser_key('Eve')}"}, 401),
        ({"Cookie": f"donfra_browser={browser_key('host')}"}, 403),
    ):
        answer = await client.post(f"/api/live/{sid}/quality", content=body, headers=headers | lie)
        assert answer.status_code == status


async def test_a_member_key_in_the_body_proves_as_well(world: World, client: httpx.AsyncClient) -> None:
    sid, bob = await lesson(world)
    for key, status in ((bob.member_key, 204), ("x" * 43, 403)):
        body = {"identity": bob.identity, "seconds": {"good": 1}, "member_key": key}
        answer = await client.post(f"/api/live/{sid}/quality", json=body)
        assert answer.status_code == status


@pytest.mark.parametrize(
    "body",
    [b"", b"{", b"null", b"[]", b'"x"', b"\xff\xfe", b"{}", b"[" * 100_000, b'{"a":' * 40_000]
    + [
        b'{"identity": 5}',
        b'{"identity": "x", "seconds": {"good": NaN}}',
        b'{"identity": "x", "seconds": 1}',
    ]
    + [b'{"identity": "x", "first_picture_ms": ' + b"9" * 10_000 + b"}", b'{"identity": "\\ud800"}'],
)
async def test_nonsense_is_told_so(world: World, client: httpx.AsyncClient, body: bytes) -> None:
    sid, _ = await lesson(world)
    for kind in ("text/plain", "application/json"):
        answer = await client.post(f"/api/live/{sid}/quality", content=body, headers={"Content-Type": kind})
        assert 400 <= answer.status_code < 500, answer.text
