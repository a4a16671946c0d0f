"""The list of one's own recordings: of all sessions in which one records, and nobody else's."""

from donfra_live.live_sessions.views import Actor
from donfra_live.recordings.rules import RecordingStatus as S
from tests.world import World, browser

ALICE, CARL = browser("alice"), browser("carl")


async def recorded(world: World, sid: str, content: bytes = b"film") -> str:
    rid = (await world.recordings.start(ALICE, sid)).id
    world.recorder.becomes(rid, S.RECORDING)
    world.recorder.is_ready(sid, rid, content)
    await world.recordings.follow()
    world.clock.pass_seconds(60)
    return rid


async def listed(world: World, actor: Actor) -> list[str]:
    return [view.id for view, _ in (await world.library.own(actor)).recordings]


async def test_hosts_and_co_hosts_find_theirs_and_nobody_else_any(world: World) -> None:
    one, other = await world.live(), await world.live()
    await world.come("bob", one)
    invite = await world.invites.create(ALICE, other, role="co_host")
    carl = await world.join("carl", other, invite=invite.token)
    first, second = await recorded(world, one), await recorded(world, other, b"a longer film")
    assert await listed(world, ALICE) == [second, first], "the newest first"
    assert await listed(world, CARL) == [second]
    shelf = await world.library.own(ALICE)
    assert ([title for _, title in shelf.recordings], shelf.bytes) == (["Algebra", "Algebra"], 17)
    await world.library.change(ALICE, first, audience="members")
    for nobody in (browser("bob"), browser("eve"), Actor()):
        assert await listed(world, nobody) == []
        assert (await world.library.own(nobody)).bytes == 0
    await world.moderation.remove(ALICE, other, carl.member_id)
    assert await listed(world, CARL) == []


async def test_an_account_finds_them_in_any_browser_and_a_guest_not_those_of_an_account(world: World) -> None:
    await world.account("grace")
    grace = await world.signed_in("grace")
    created = await world.sessions.create(grace, title="Algebra", owner_name="Grace", on_air=True)
    rid = (await world.recordings.start(grace, created.facts.id)).id
    assert await listed(world, Actor(account=grace.account)) == [rid]
    assert await listed(world, Actor(browser=grace.browser)) == [], "he has signed out"


async def test_page_by_page(world: World) -> None:
    sid = await world.live()
    made = [await recorded(world, sid) for _ in range(5)]
    first = await world.library.own(ALICE, limit=3)
    rest = await world.library.own(ALICE, limit=3, offset=3)
    assert [view.id for view, _ in (*first.recordings, *rest.recordings)] == made[::-1]
    assert (first.more, rest.more) == (True, False)
    assert first.bytes == rest.bytes == 20
