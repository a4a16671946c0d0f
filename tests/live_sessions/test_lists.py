"""One's own sessions, however many: those to come and those past, each in pages, by service and over REST."""

from datetime import timedelta

from donfra_live.browser_key import hash_of, new_key
from donfra_live.live_sessions.roles import Role
from donfra_live.live_sessions.states import SessionStatus
from donfra_live.live_sessions.views import Actor
from donfra_live.models import LiveSession, Member, MemberBrowser
from donfra_live.settings import Settings
from tests.rest_client import api_of, client_of
from tests.world import World

MANY = 60


async def full(world: World, browser: str) -> None:
    """So many to come, the later ones made first, and so many past, which ended in this order."""
    now = world.clock()
    async with world.db.transaction() as db:
        for n in range(MANY):
            coming = LiveSession(title=f"coming {n}", owner_name="A", status=SessionStatus.SCHEDULED)
            coming.starts_at, coming.created_at = now + timedelta(days=n + 1), now - timedelta(minutes=n)
            past = LiveSession(title=f"past {n}", owner_name="A", status=SessionStatus.ENDED)
            past.live_at = past.ended_at = now - timedelta(hours=n)
            for session in (coming, past):
                host = Member(session_id=session.id, name="A", role=Role.HOST, key_hash=session.id)
                db.add(session)
                await db.flush()
                db.add(host)
                await db.flush()
                db.add(MemberBrowser(session_id=session.id, browser_hash=browser, member_id=host.id))


def names(kind: str, numbers: range) -> list[str]:
    return [f"{kind} {n}" for n in numbers]


async def test_both_kinds_have_limits_of_their_own(world: World) -> None:
    who = Actor(browser=hash_of("alice"))
    await full(world, who.browser)
    lists = await world.sessions.lists(who)
    assert [f.title for f in lists.coming] == names("coming", range(50))
    assert [f.title for f in lists.past] == names("past", range(50))
    assert (lists.more_coming, lists.more_past) == (True, True)
    lists = await world.sessions.lists(who, coming=MANY, past=MANY - 1)
    assert [f.title for f in lists.mine] == names("coming", range(MANY)) + names("past", range(MANY - 1))
    assert (lists.more_coming, lists.more_past) == (False, True)
    stranger = await world.sessions.lists(Actor(browser=hash_of("bob")))
    assert (stranger.mine, stranger.more_coming, stranger.more_past) == ((), False, False)


async def test_a_client_reads_them_page_by_page(world: World, settings: Settings) -> None:
    key = new_key()
    await full(world, hash_of(key))
    headers = {"Cookie": f"donfra_browser={key}"}
    async with client_of(api_of(world, settings), path="/api/live", headers=headers) as client:
        first = (await client.get("/sessions")).json()
        assert [len(first["mine"]), first["more_coming"], first["more_past"]] == [100, True, True]
        for when in ("coming", "past"):
            found: list[str] = []
            more = True
            while more:
                query = {"when": when, "limit": "25", "offset": str(len(found))}
                page = (await client.get("/sessions", params=query)).raise_for_status().json()
                found += [one["title"] for one in page["mine"]]
                more = page[f"more_{when}"]
            assert found == names(when, range(MANY))
        for wrong in ({"limit": "0"}, {"limit": "201"}, {"offset": "-1"}, {"when": "soon"}):
            assert (await client.get("/sessions", params=wrong)).status_code == 422
