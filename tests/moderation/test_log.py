"""The session's log: every act of moderation with who did it."""

from tests.world import World, browser

ALICE, CAROL = browser("alice"), browser("carol")


async def test_every_act_is_in_the_log_with_who_did_it(world: World) -> None:
    sid = await world.private(lobby=True)
    await world.come("carol", sid, "co_host")
    bob, sam = await world.come("bob", sid, "speaker"), await world.come("sam", sid, "speaker")
    vera, dora = await world.knock("vera", sid), await world.knock("dora", sid)
    invite = await world.invites.create(ALICE, sid, role="viewer")
    m = world.moderation
    acts = [
        ("admit", "Vera", lambda: world.lobby.decide(CAROL, sid, vera.waiting_id, decision="admit")),  # type: ignore[union-attr]
        ("deny", "Dora", lambda: world.lobby.decide(CAROL, sid, dora.waiting_id, decision="deny")),  # type: ignore[union-attr]
        ("admit all", "", lambda: world.lobby.admit_all(CAROL, sid)),
        ("revoke invite", "", lambda: world.invites.revoke(CAROL, sid, invite.id)),
        ("invite", "", lambda: world.invites.create(CAROL, sid, role="viewer")),
        ("mute", "Bob", lambda: m.mute(CAROL, sid, bob.member_id, source="microphone")),
        ("mute and hold", "Bob", lambda: m.mute(CAROL, sid, bob.member_id, source="camera", hold=True)),
        ("allow", "Bob", lambda: m.allow(CAROL, sid, bob.member_id, source="camera")),
        ("mute all", "", lambda: m.mute_all(CAROL, sid)),
        ("mute and hold all", "", lambda: m.mute_all(CAROL, sid, hold=True)),
        ("role", "Bob", lambda: m.set_role(CAROL, sid, bob.member_id, role="viewer")),
        ("on stage", "Bob", lambda: world.stage.bring(CAROL, sid, bob.member_id)),
        ("off stage", "Bob", lambda: world.stage.take_off(CAROL, sid, bob.member_id)),
        ("lower hands", "", lambda: world.stage.clear_hands(CAROL, sid)),
        ("lower hands", "Bob", lambda: world.stage.clear_hands(CAROL, sid, bob.member_id)),
        ("settings", "", lambda: world.house.change(CAROL, sid, {"chat": "speakers"})),
        ("remove", "Sam", lambda: m.remove(CAROL, sid, sam.member_id)),
        ("lift ban", "Sam", lambda: m.lift_ban(CAROL, sid, sam.member_id)),
    ]
    before = len(await world.log(sid))
    for _, _, act in acts:
        world.clock.pass_seconds(1)
        await act()  # type: ignore[no-untyped-call]
    assert (await world.log(sid))[before:] == [("Carol", act, whom) for act, whom, _ in acts]
    # what only a host does, and what becomes of it for who gave it away
    for who, kept in ((ALICE, True), (ALICE, False)):
        world.clock.pass_seconds(1)
        await m.hand_over(who, sid, bob.member_id, keep=kept)
    assert (await world.log(sid, "bob"))[-2:] == [("Alice", "host", "Bob")] * 2
