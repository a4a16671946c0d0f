"""A disabled account is out of every room at once, and stays out by whatever it has in hand."""

import pytest

from donfra_live.errors import AccountDisabled, NoProof
from donfra_live.live_sessions.views import Actor, Joined
from donfra_live.models import Connection, PresenceInterval
from tests.rows import rows_of
from tests.world import World, browser


async def come(world: World, actor: Actor, sid: str) -> Joined:
    joined = await world.admissions.join(actor, sid, name="Ada")
    assert isinstance(joined, Joined)
    world.rooms.connect(sid, joined.identity)
    await world.see(sid, joined.identity)
    return joined


async def test_disabled_means_out_everywhere_at_once(world: World) -> None:
    admin, ada = await world.with_account("root", admin=True), await world.with_account("ada")
    first, second = await world.live(), await world.live("carol")
    bob = await world.come("bob", first)
    seats = [await come(world, ada, sid) for sid in (first, second)]
    await world.accounts.people.change(admin, ada.account, disabled=True)
    assert set(world.rooms.removed) == {seat.identity for seat in seats}
    assert {first, second} <= set(world.updates.published)
    assert {c.id for c in await rows_of(world.db, Connection) if c.present} == {bob.identity}
    for sid, seat in zip((first, second), seats, strict=True):
        for proof in (Actor(bearer=seat.token), Actor(key=seat.member_key)):
            with pytest.raises(AccountDisabled):
                await world.admissions.join(proof, sid, name="Ada")
            with pytest.raises(AccountDisabled):
                await world.chat.history(proof, sid)


@pytest.mark.parametrize("lost", [False, True])
async def test_an_old_token_of_a_disabled_account_is_put_out(world: World, lost: bool) -> None:
    """lost: LiveKit's webhook does not come; the comparison finds it."""
    admin, ada = await world.with_account("root", admin=True), await world.with_account("ada")
    sid = await world.live()
    seat = await come(world, ada, sid)
    await world.accounts.people.change(admin, ada.account, disabled=True)
    world.rooms.removed.clear()
    world.rooms.connect(sid, seat.identity)
    if lost:
        await world.presence.reconcile()
    else:
        await world.see(sid, seat.identity)
    assert world.rooms.removed == [seat.identity]


async def test_enabled_again_he_has_his_seat(world: World) -> None:
    admin, ada = await world.with_account("root", admin=True), await world.with_account("ada")
    sid = await world.live()
    seat = await come(world, ada, sid)
    for disabled in (True, False):
        await world.accounts.people.change(admin, ada.account, disabled=disabled)
    again = await world.admissions.join(Actor(key=seat.member_key), sid, name="Ada")
    assert isinstance(again, Joined)
    assert again.member_id == seat.member_id


async def test_a_deleted_account_is_out_at_once(world: World) -> None:
    admin, ada = await world.with_account("root", admin=True), await world.with_account("ada")
    sid = await world.live()
    seat = await come(world, ada, sid)
    await world.accounts.people.delete(admin, ada.account)
    assert world.rooms.removed == [seat.identity]


async def test_an_admin_who_watched_unseen_is_out(world: World) -> None:
    admin, other = await world.with_account("root", admin=True), await world.with_account("eve", admin=True)
    sid = await world.live()
    watching = await world.observing.observe(other, sid)
    world.rooms.connect(sid, watching.identity, hidden=True)
    await world.accounts.people.change(admin, other.account, disabled=True)
    assert world.rooms.removed == [watching.identity]


async def test_his_attendance_ends_then(world: World) -> None:
    admin, ada = await world.with_account("root", admin=True), await world.with_account("ada")
    sid = await world.live()
    await come(world, ada, sid)
    world.clock.pass_seconds(60)
    await world.accounts.people.change(admin, ada.account, disabled=True)
    (stay,) = await rows_of(world.db, PresenceInterval)
    assert stay.ended_at == world.clock()


async def test_guests_and_other_accounts_stay(world: World) -> None:
    admin, ada = await world.with_account("root", admin=True), await world.with_account("ada")
    ben, sid = await world.with_account("ben"), await world.live()
    for person in (ben, browser("bob")):
        await come(world, person, sid)
    await world.accounts.people.change(admin, ada.account, disabled=True)
    await world.presence.reconcile()
    assert world.rooms.removed == []
    with pytest.raises(NoProof):
        await world.chat.history(browser("nobody"), sid)


async def test_the_key_of_a_series_is_no_way_round(world: World) -> None:
    admin, ada = await world.with_account("root", admin=True), await world.with_account("ada")
    made = await world.series(actor=ada)
    by_key, series_id = Actor(key=made.host_key), made.facts.series_id
    await world.scheduling.series.change(by_key, series_id, {"title": "Hers"})
    await world.accounts.people.change(admin, ada.account, disabled=True)
    for call in (
        world.scheduling.series.change(by_key, series_id, {"title": "Still hers"}),
        world.scheduling.series.cancel(by_key, series_id),
    ):
        with pytest.raises(AccountDisabled):
            await call
    await world.accounts.people.change(admin, ada.account, disabled=False)
    await world.scheduling.series.cancel(by_key, series_id)
