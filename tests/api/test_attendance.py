"""Attendance, roster and the chat's archive over REST: answers, files, refusals."""

import csv
import io
from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest
from openpyxl import load_workbook

from donfra_live.settings import Settings
from tests.matrix.scene import browser_key, browser_of
from tests.rest_client import api_of, client_of
from tests.world import World

COOKIE = {"Cookie": f"donfra_browser={browser_key('host')}"}


@pytest.fixture
async def client(world: World, settings: Settings) -> AsyncIterator[httpx.AsyncClient]:
    async with client_of(api_of(world, settings), path="/api/live", headers=COOKIE) as client:
        yield client


async def lesson(world: World, *names: str) -> str:
    """A session of the host's in which these people were for a minute."""
    host = browser_of("host")
    created = await world.sessions.create(host, title="Ünits / 1", owner_name="Host", on_air=True)
    sid = created.facts.id
    for name in names:
        joined = await world.admissions.join(browser_of(name), sid, name=name)
        await world.see(sid, joined.identity)
    world.clock.pass_seconds(60)
    for name in names:
        await world.chat.post(browser_of(name), sid, text=f"I am {name}")
    return sid


async def test_json_is_a_list_of_people(world: World, client: httpx.AsyncClient) -> None:
    sid = await lesson(world, "Bob")
    await world.sessions.end(browser_of("host"), sid)
    answer = await client.get(f"/{sid}/attendance")
    assert answer.json() == [
        {
            "name": "Bob",
            "first_in": "2026-11-24T10:00:00Z",
            "last_out": "2026-11-24T10:01:00Z",
            "seconds_present": 60,
            "reconnects": 0,
            "status": "present",
            "email": "",
            "role": "viewer",
            "expected": False,
            "here": False,
        }
    ]
    assert (await client.get(f"/{sid}/attendance?format=json")).json() == answer.json()


async def test_files_open_in_a_spreadsheet_and_run_nothing(world: World, client: httpx.AsyncClient) -> None:
    sid = await lesson(world, "=1+1", "Zoë")
    answer = await client.get(f"/{sid}/attendance?format=csv&timezone=Europe/Berlin")
    assert answer.headers["content-type"].startswith("text/csv")
    assert "attachment" in answer.headers["content-disposition"]
    head, *rows = list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"))))
    assert head[3] == "First in (Europe/Berlin)"
    assert [row[0] for row in rows] == ["'=1+1", "Zoë"]
    assert rows[0][3] == "2026-11-24 11:00:00"
    answer = await client.get(f"/{sid}/attendance?format=xlsx")
    page = load_workbook(io.BytesIO(answer.content)).active
    assert page.title.startswith("Attendance Ünits")
    assert (page["A2"].value, page["A2"].data_type) == ("=1+1", "s")
    assert page["D2"].value.hour == 10
    for bad in ("format=pdf", "format=csv&timezone=Mars/Base", "format=csv&timezone=../../etc/passwd"):
        assert (await client.get(f"/{sid}/attendance?{bad}")).status_code == 422


@pytest.mark.parametrize("way", ["csv", "form", "json"])
async def test_a_roster_comes_as_file_form_or_json(world: World, client: httpx.AsyncClient, way: str) -> None:
    sid = await lesson(world, "Bob")
    text = b"Name,E-mail\nbob,\nMissing,m@example.org\n"
    people = [{"name": "bob"}, {"name": "Missing", "email": "m@example.org"}]
    given: dict[str, dict[str, Any]] = {
        "csv": {"content": text, "headers": {"Content-Type": "text/csv"}},
        "form": {"files": {"roster": ("class.csv", text, "text/csv")}},
        "json": {"json": {"people": people}},
    }
    answer = await client.put(f"/{sid}/roster", **given[way])
    assert answer.status_code == 200, answer.text
    assert {p["name"]: (p["status"], p["email"]) for p in answer.json()} == {
        "bob": ("present", ""),
        "Missing": ("absent", "m@example.org"),
    }


@pytest.mark.parametrize(
    "body", [b"{", b"[]", b'{"people": 5}', b'{"people": [5]}', b'{"people": [{}]}', b"{}"]
)
async def test_json_that_is_no_roster_is_refused(
    world: World, client: httpx.AsyncClient, body: bytes
) -> None:
    sid = await lesson(world)
    headers = {"Content-Type": "application/json"}
    answer = await client.put(f"/{sid}/roster", content=body, headers=headers)
    assert (answer.status_code, answer.json()["error"]) == (422, "bad_input")


@pytest.mark.parametrize(
    ("kind", "body"),
    [
        ("multipart/form-data", b"x"),
        ("multipart/form-data; boundary=b", b"x"),
        (
            "multipart/form-data; boundary=b; charset=undefined",
            b'--b\r\nContent-Disposition: form-data; name="r"',
        ),
        (
            "multipart/form-data; boundary=b",
            b'--b\r\nContent-Disposition: form-data; name="r"\r\n\r\nx\r\n--b--',
        ),
        ("text/csv", b"\xff\xfe\xff"),
        ("text/csv", b"\x00"),
        ("text/csv", b'"' + b"x" * 200_000),
        ("application/json", b'{"people": [{"name": "A", "email": "a\\ud800@example.org"}]}'),
        ("application/json", b'{"people": ' + b"[" * 50_000),
        ("", b""),
    ],
)
async def test_nonsense_is_refused(world: World, client: httpx.AsyncClient, kind: str, body: bytes) -> None:
    sid = await lesson(world)
    answer = await client.put(f"/{sid}/roster", content=body, headers={"Content-Type": kind})
    assert answer.status_code in {400, 422}, answer.text
    assert len(answer.json()["detail"]) > 5


async def test_the_archive_as_a_file(world: World, client: httpx.AsyncClient) -> None:
    sid = await lesson(world, "Ada", "=cmd")
    gone = await world.chat.post(browser_of("Ada"), sid, text="take this back")
    await world.chat.delete(browser_of("Ada"), sid, gone.id)
    await world.sessions.end(browser_of("host"), sid)

    path = f"/{sid}/messages"
    found = (await client.get(path)).json()["messages"]
    assert [(m["text"], m["deleted"]) for m in found] == [
        ("I am Ada", False),
        ("I am =cmd", False),
        ("", True),
    ]
    assert (await client.get(f"{path}?format=json")).json()["messages"] == found
    assert [m["number"] for m in (await client.get(f"{path}?search=ADA")).json()["messages"]] == [1]
    rows = list(csv.reader(io.StringIO((await client.get(f"{path}?format=csv")).content.decode("utf-8-sig"))))
    assert rows[1:] == [
        ["1", "2026-11-24 10:01:00", "Ada", "I am Ada"],
        ["2", "2026-11-24 10:01:00", "'=cmd", "I am =cmd"],
    ]
    text = await client.get(f"{path}?format=txt&timezone=Europe/Berlin")
    assert text.text.splitlines() == [
        "Times: Europe/Berlin",
        "[2026-11-24 11:01:00] Ada: I am Ada",
        "[2026-11-24 11:01:00] =cmd: I am =cmd",
    ]
    assert "attachment" in text.headers["content-disposition"]
    for way in ("csv", "txt", "json"):
        assert "take this back" not in (await client.get(f"{path}?format={way}")).text


async def test_people_by_date_of_a_series(world: World, settings: Settings) -> None:
    """As JSON and as files; for its hosts only."""
    host = browser_of("host")
    made = await world.series(actor=host)
    series = await world.scheduling.series.facts(made.facts.series_id)
    for one, names in zip(series.coming, (("Bob", "=Zoë"), ("Bob",)), strict=False):
        await world.sessions.go_live(host, one.id)
        for name in names:
            joined = await world.admissions.join(browser_of(name), one.id, name=name)
            await world.see(one.id, joined.identity)
        world.clock.pass_seconds(60)
        await world.sessions.end(host, one.id)
    path = f"/api/series/{made.facts.series_id}/attendance"
    async with client_of(api_of(world, settings)) as client:
        assert (await client.get(path)).status_code == 401
        client.headers.update(COOKIE)
        table = (await client.get(path)).json()
        assert [column["session_id"] for column in table["columns"]] == [one.id for one in series.coming[:2]]
        assert {column["title"] for column in table["columns"]} == {"Algebra"}
        assert table["people"] == [
            {"name": "=Zoë", "seconds": [60, 0]},
            {"name": "Bob", "seconds": [60, 60]},
        ]
        text = (await client.get(f"{path}?format=csv")).content.decode("utf-8-sig")
        head, *rows = list(csv.reader(io.StringIO(text)))
        assert (len(head), [row[0] for row in rows]) == (len(rows[0]), ["'=Zoë", "Bob"])
        sheet = load_workbook(io.BytesIO((await client.get(f"{path}?format=xlsx")).content)).active
        assert (sheet["A2"].value, sheet["A2"].data_type, sheet["A3"].value) == ("=Zoë", "s", "Bob")
        other = await client.get(path, headers={"Cookie": f"donfra_browser={browser_key('Bob')}"})
        assert (other.status_code, other.json()["error"]) == (403, "not_allowed")
