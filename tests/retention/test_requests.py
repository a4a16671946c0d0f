"""Everything of a session as a zip, or gone; a person's own data; what deleting an account leaves."""

import csv
import io
import json
from pathlib import Path
from typing import Any

import pytest

from donfra_live.accounts.rules import AccountRole
from donfra_live.errors import NoProof, NotAllowed, NotFound, NotSignedIn, StillLive, WrongState
from donfra_live.live_sessions.views import Actor
from donfra_live.models import Member, OutgoingEvent, Recording, WebhookEvent
from donfra_live.retention.repository import of_account
from donfra_live.retention.rules import (
    ACCOUNT_TABLES,
    FILE_NAMES,
    HANGING_TABLES,
    OTHER_TABLES,
    SESSION_TABLES,
    is_secret,
)
from donfra_live.sheets import safe_cell
from tests.retention.filling import Filled, everything, fill, naming, tables
from tests.world import STRANGER, World, browser, unpacked


async def over(world: World, host: str = "alice") -> str:
    """A session that has ended."""
    sid = await world.live(host)
    await world.sessions.end(browser(host), sid)
    return sid


async def filled(world: World, who: str) -> Filled:
    """An ended session of alice with this person in it, and a row in every table."""
    ada = await world.with_account(who)
    return await fill(world.db, await over(world), ada.account)


def files_of(world: World, session_id: str) -> list[str]:
    return [str(p) for p in world.data_dir.rglob("*") if session_id in str(p)]


def store_files(world: World, session_id: str) -> None:
    folder = world.data_dir / "recordings" / session_id
    (folder / "parts").mkdir(parents=True)
    (folder / "parts" / "1.mp4").write_bytes(b"film")
    (world.data_dir / "recordings" / f"{session_id}.json").write_text("{}")


def test_every_table_is_said_to_be_something() -> None:
    """A new table: write into retention/rules.py what becomes of it."""
    listed = set(SESSION_TABLES) | set(HANGING_TABLES) | ACCOUNT_TABLES | OTHER_TABLES
    assert {table.name for table in tables()} - listed == set()
    with_session = {table.name for table in tables() if "session_id" in table.c} | {"live_session"}
    assert with_session - set(SESSION_TABLES) == set()
    for name, owner in HANGING_TABLES.items():
        (table,) = [t for t in tables() if t.name == name]
        cascades = {k.column.table.name for k in table.foreign_keys if k.ondelete == "CASCADE"}
        assert owner in cascades


async def test_deleting_leaves_nothing_in_any_table_or_folder(world: World) -> None:
    gone, stays = await filled(world, "ada"), await filled(world, "ben")
    for one in (gone, stays):
        store_files(world, one.session_id)
    before = await everything(world.db)
    assert naming(before, gone.session_id) >= set(SESSION_TABLES) & set(before)
    count = await world.retention.delete(browser("alice"), gone.session_id)
    after = await everything(world.db)
    own = {name: key for name, key in gone.keys.items() if name in SESSION_TABLES or name in HANGING_TABLES}
    assert naming(after, *own.values()) == set()
    assert files_of(world, gone.session_id) == []
    assert len(files_of(world, stays.session_id)) == 4
    for name, key in stays.keys.items():
        assert key in {str(next(iter(row.values()))) for row in after[name]}, name
    for name in ACCOUNT_TABLES | OTHER_TABLES:
        assert after.get(name) == before.get(name)
    assert count >= len(set(SESSION_TABLES) & set(before))
    with pytest.raises(NotFound):
        await world.sessions.facts(gone.session_id)
    assert gone.session_id in world.updates.published


async def test_only_the_host_and_admins_delete(world: World) -> None:
    sid = await world.live()
    bob, admin = await world.come("bob", sid, "co_host"), await world.with_account("root", admin=True)
    for session_is_live in (True, False):
        if not session_is_live:
            await world.sessions.end(browser("alice"), sid)
        for call in (world.retention.delete, world.retention.export, world.retention.holdings):
            with pytest.raises(NotAllowed):
                await call(browser("bob"), sid)
            with pytest.raises(NotAllowed):
                await call(Actor(bearer=bob.token), sid)
            with pytest.raises(NoProof):
                await call(STRANGER, sid)
            with pytest.raises(NotSignedIn):
                await call(Actor(is_admin=True), sid)  # no account behind it
        if session_is_live:
            for actor in (browser("alice"), admin):
                with pytest.raises(StillLive):
                    await world.retention.delete(actor, sid)
    assert (await world.retention.holdings(admin, sid)).people == 2
    await world.export(admin, sid)
    await world.retention.delete(admin, sid)
    with pytest.raises(NotFound):
        await world.retention.delete(admin, sid)


async def test_an_export_has_every_table_and_file_and_no_secret(world: World) -> None:
    one, other = await filled(world, "ada"), await filled(world, "ben")
    store_files(world, one.session_id)
    packed = await world.export(browser("alice"), one.session_id)
    assert packed[f"recordings/{one.session_id}/parts/1.mp4"] == b"film"
    assert f"recordings/{one.session_id}.json" in packed
    assert b"Algebra" in packed["README.txt"]
    there = {table.name for table in tables()} & set(SESSION_TABLES)
    for name in there:
        in_zip = FILE_NAMES.get(name, name)
        rows = json.loads(packed[f"{in_zip}.json"])
        cells = list(csv.DictReader(io.StringIO(packed[f"{in_zip}.csv"].decode())))
        assert one.keys[name] in json.dumps(rows), name
        assert len(rows) == len(cells)
        assert not [column for row in rows for column in row if is_secret(column)]
    whole = b"".join(packed.values())
    assert other.session_id.encode() not in whole
    assert not [key for row in await secrets(world) for key in row if key.encode() in whole]


async def secrets(world: World) -> list[list[str]]:
    found = await everything(world.db)
    return [
        [str(value) for name, value in row.items() if is_secret(name) and value]
        for rows in found.values()
        for row in rows
    ]


async def test_a_text_that_looks_like_a_formula_is_none_in_the_spreadsheet(world: World) -> None:
    sid = await world.live()
    await world.join("bob", sid)
    await world.chat.post(browser("bob"), sid, text="=1+1")
    packed = await world.export(browser("alice"), sid)
    (row,) = csv.DictReader(io.StringIO(packed["chat.csv"].decode()))
    assert row["text"] == "'=1+1"
    assert json.loads(packed["chat.json"])[0]["text"] == "=1+1"
    assert [safe_cell(t) for t in ("+1", "-1", "@x", "\tx", "x=1", "")] == [
        "'+1",
        "'-1",
        "'@x",
        "'\tx",
        "x=1",
        "",
    ]


async def test_a_long_chat_is_exported_whole_and_in_order(world: World) -> None:
    sid = await world.live()
    await world.join("bob", sid)
    for n in range(30):
        await world.chat.post(browser("bob"), sid, text=f"number {n}")
    packed = await world.export(browser("alice"), sid)
    assert [row["text"] for row in json.loads(packed["chat.json"])] == [f"number {n}" for n in range(30)]


async def test_batches_miss_nothing(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("donfra_live.retention.repository.BATCH", 7)
    await test_a_long_chat_is_exported_whole_and_in_order(world)


async def test_a_persons_own_data(world: World) -> None:
    one, other = await filled(world, "ada"), await filled(world, "ben")
    packed = unpacked(await world.retention.export_own(Actor(account=one.account_id)))
    named = [table.name for table, _ in of_account(one.account_id)]
    assert set(named) >= ACCOUNT_TABLES & {t.name for t in tables()}
    assert {"member", "chat_message", "connection", "live_session", "session_log"} <= set(named)
    for name in named:
        rows: list[dict[str, Any]] = json.loads(packed[f"{FILE_NAMES.get(name, name)}.json"])
        assert rows, name
        assert not [column for row in rows for column in row if is_secret(column)]
    whole = b"".join(packed.values())
    assert other.account_id.encode() not in whole
    assert other.session_id.encode() not in whole
    assert not [key for row in await secrets(world) for key in row if key.encode() in whole]
    assert b"ada@example.org" in packed["README.txt"]


async def test_a_guest_gets_all_that_is_kept_of_him_in_a_session(world: World) -> None:
    """Every table that names his seat or a connection of his is in it, and nothing of anybody else."""
    sid = await world.live()
    carol = await world.come("carol", sid)
    await world.chat.post(browser("carol"), sid, text="not yours")
    await world.sessions.end(browser("alice"), sid)
    one = await fill(world.db, sid, (await world.with_account("ada")).account)
    seat, connection = one.keys["member"], one.keys["connection"]
    async with world.db.transaction() as db:
        (await db.get_one(Member, seat)).banned_at = None
        (await db.get_one(WebhookEvent, one.keys["webhook_event"])).identity = connection
        (await db.get_one(OutgoingEvent, one.keys["outgoing_event"])).body = json.dumps({"member_id": seat})
    guest = Actor(bearer=f"{sid}|{connection}|Bob|viewer|watch|plain")
    packed = await world.export_seat(guest, sid)
    found = naming(await everything(world.db), seat, connection)
    assert found >= {"member", "chat_message", "presence_interval", "session_log", "connection_quality"}
    for name in found:
        rows: list[dict[str, Any]] = json.loads(packed[f"{FILE_NAMES.get(name, name)}.json"])
        assert one.keys[name] in json.dumps(rows), name
        assert not [column for row in rows for column in row if is_secret(column)]
    whole = b"".join(packed.values())
    assert json.loads(packed["session.json"])[0]["title"] == "Algebra"
    assert len(json.loads(packed["people.json"])) == 1
    for foreign in (carol.member_id, carol.identity, "not yours"):
        assert foreign.encode() not in whole
    assert not [key for row in await secrets(world) for key in row if key.encode() in whole]


async def test_a_guests_browser_or_key_proves_his_seat(world: World) -> None:
    sid = await world.live()
    bob = await world.join("bob", sid)
    await world.chat.post(browser("bob"), sid, text="mine")
    for proof in (browser("bob"), Actor(bearer=bob.member_key), Actor(key=bob.member_key)):
        (line,) = json.loads((await world.export_seat(proof, sid))["chat.json"])
        assert line["text"] == "mine"
    for stranger in (STRANGER, browser("mallory"), await world.with_account("root", admin=True)):
        with pytest.raises(NoProof):
            await world.export_seat(stranger, sid)
    with pytest.raises(NotAllowed):
        await world.export_seat(Actor(bearer=bob.member_key), await world.live("dora"))
    with pytest.raises(NotFound):
        await world.export_seat(browser("bob"), "5b7f7c1e-0d46-4b7c-9e3a-0a8f0e9b2c11")


async def test_what_is_on_another_machine_is_neither_deleted_nor_exported_here(world: World) -> None:
    sid = await over(world)
    row = Recording(session_id=sid, started_by="Alice", machine="there")
    async with world.db.transaction() as db:
        db.add(row)
    store_files(world, sid)
    for call in (world.retention.delete, world.retention.export):
        with pytest.raises(WrongState, match="on another machine") as refused:
            await call(browser("alice"), sid)
        assert "delete them there first" in refused.value.sentence.lower()
    assert len(files_of(world, sid)) == 4, "nothing was touched"
    async with world.db.transaction() as db:
        (await db.get_one(Recording, row.id)).machine = "here"
    assert f"recordings/{sid}.json" in await world.export(browser("alice"), sid)
    await world.retention.delete(browser("alice"), sid)
    assert naming(await everything(world.db), sid) == set()


async def test_a_file_that_goes_while_it_is_packed_is_left_out(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    sid = await world.live()
    store_files(world, sid)
    real = world.files.of

    def of(session_id: str) -> list[tuple[Path, str]]:
        found = real(session_id)
        found[0][0].unlink()
        return found

    monkeypatch.setattr(world.files, "of", of)
    before = {name for _, name in real(sid)}
    packed = await world.export(browser("alice"), sid)
    assert len(before & set(packed)) == len(before) - 1
    assert "README.txt" in packed


async def test_whose_data_one_gets(world: World) -> None:
    ada, admin = await world.with_account("ada"), await world.with_account("root", admin=True)
    with pytest.raises(NotSignedIn):
        await world.retention.export_own(STRANGER)
    with pytest.raises(NotAllowed):
        await world.retention.export_person(ada, admin.account)
    with pytest.raises(NotFound):
        await world.retention.export_person(admin, "nobody")
    assert (
        b"ada@example.org" in unpacked(await world.retention.export_person(admin, ada.account))["README.txt"]
    )


async def test_what_deleting_an_account_leaves(world: World) -> None:
    one = await filled(world, "ada")
    admin = await world.with_account("root", admin=True)
    assert (await world.accounts.people.search(admin, "ada"))[0].role == AccountRole.MEMBER
    await world.accounts.people.delete(admin, one.account_id)
    found = await everything(world.db)
    assert naming(found, one.account_id) == set(), "nothing names the account any more"
    assert naming(found, one.session_id) >= {"member", "chat_message", "live_session"}
    assert one.keys["member_browser"] not in {row["id"] for row in found["member_browser"]}


async def test_a_browser_does_not_inherit_the_seat_of_a_deleted_account(world: World) -> None:
    """Somebody else at the same computer must not become the host of her sessions."""
    await world.account("ada")
    ada = await world.signed_in("ada")
    created = await world.sessions.create(ada, title="T", owner_name="Ada")
    admin = await world.with_account("root", admin=True)
    await world.accounts.people.delete(admin, ada.account)
    assert await world.admissions.seat(browser("ada"), created.facts.id) is None
    with pytest.raises(NoProof):
        await world.retention.delete(browser("ada"), created.facts.id)
    await world.retention.delete(Actor(key=created.host_key), created.facts.id)


async def test_a_browser_does_not_inherit_the_place_in_a_lobby_of_a_deleted_account(world: World) -> None:
    sid = await world.private(lobby=True)
    await world.account("ada")
    ada = await world.signed_in("ada")
    await world.admissions.join(ada, sid, name="Ada")
    assert await world.lobby.standing(browser("ada"), sid) is not None
    admin = await world.with_account("root", admin=True)
    await world.accounts.people.delete(admin, ada.account)
    assert await world.lobby.standing(browser("ada"), sid) is None


async def test_a_browser_does_not_inherit_the_series_of_a_deleted_account(world: World) -> None:
    await world.account("ada")
    ada = await world.signed_in("ada")
    created = await world.series("FREQ=WEEKLY;COUNT=3", ada)
    admin = await world.with_account("root", admin=True)
    await world.accounts.people.delete(admin, ada.account)
    with pytest.raises(NoProof):
        await world.scheduling.series.cancel(browser("ada"), created.facts.series_id)
    await world.scheduling.series.cancel(Actor(key=created.host_key), created.facts.series_id)
