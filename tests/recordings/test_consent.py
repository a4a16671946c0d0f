"""Consent to be recorded: who is asked, what his connections show, who is told what was answered."""

from datetime import timedelta
from functools import partial

import pytest

from donfra_live.errors import BadInput, NoProof, NoSpace, NotAllowed, NotFound, WrongState
from donfra_live.models import RecordingConsent
from donfra_live.recordings.rules import RecordingStatus as S
from tests.rows import rows_of
from tests.world import World, browser

ALICE, BOB, EVE = browser("alice"), browser("bob"), browser("eve")


async def recorded(world: World, *, asks: bool = True) -> tuple[str, str]:
    """A session on air with Bob in it that is being recorded."""
    sid = await world.private(ask_consent=asks)
    host = await world.join("alice", sid)
    await world.see(sid, host.identity)
    await world.come("bob", sid, "speaker")
    rid = (await world.recordings.start(ALICE, sid)).id
    world.recorder.becomes(rid, S.RECORDING)
    await world.recordings.follow()
    return sid, rid


async def shown(world: World, who: str, sid: str) -> str:
    """What the room shows of his last connection: the recording that he agreed to be in."""
    seat = await world.admissions.seat(browser(who), sid)
    assert seat is not None
    found = [p for _, p in world.rooms.shown if p.attributes.get("member") == seat.member_id]
    return found[-1].attributes["recorded"]


async def test_who_presses_record_has_said_yes_and_the_others_are_asked(world: World) -> None:
    sid, rid = await recorded(world)
    assert world.recorder.jobs[-1].by_consent
    assert await shown(world, "alice", sid) == rid
    asked = await world.consents.asked(ALICE, sid)
    assert (asked.recording_id, asked.agreed) == (rid, True)
    asked = await world.consents.asked(BOB, sid)
    assert (asked.recording_id, asked.agreed) == (rid, None)
    for nobody in (EVE, browser("")):
        with pytest.raises(NoProof):
            await world.consents.asked(nobody, sid)


async def test_an_answer_is_shown_and_changed_while_it_runs(world: World) -> None:
    sid, rid = await recorded(world)
    await world.consents.answer(BOB, rid, agree=False)
    assert await shown(world, "bob", sid) == ""
    for _ in range(2):
        assert (await world.consents.answer(BOB, rid, agree=True)).agreed
    assert await shown(world, "bob", sid) == rid
    again = await world.join("bob", sid)
    assert world.tokens.issued[again.identity].attributes["recorded"] == rid, "also after a reload"
    await world.consents.answer(BOB, rid, agree=False)
    assert await shown(world, "bob", sid) == ""
    said = [act for who, act, _ in await world.log(sid) if who == "Bob" and "recording" in act]
    assert sorted(said) == ["agree to recording", "refuse recording", "refuse recording"]
    assert [(a.name, a.agreed) for a in (await world.consents.list(ALICE, rid)).given] == [
        ("Alice", True),
        ("Bob", False),
    ]


async def test_hosts_see_how_many_did_not_answer(world: World) -> None:
    sid, rid = await recorded(world)
    await world.come("tom", sid)
    answers = await world.consents.list(ALICE, rid)
    assert ([a.name for a in answers.given], answers.silent) == (["Alice"], 2)
    await world.consents.answer(BOB, rid, agree=True)
    assert (await world.consents.list(ALICE, rid)).silent == 1
    with pytest.raises(NotAllowed):
        await world.consents.list(BOB, rid)
    world.recorder.is_ready(sid, rid, b"film")
    await world.recordings.follow()
    answers = await world.consents.list(ALICE, rid)
    assert (len(answers.given), answers.silent) == (2, 0)


async def test_each_recording_asks_anew(world: World) -> None:
    sid, rid = await recorded(world)
    await world.consents.answer(BOB, rid, agree=True)
    world.recorder.is_ready(sid, rid, b"film")
    await world.recordings.follow()
    assert (await world.consents.asked(BOB, sid)).recording_id == ""
    with pytest.raises(WrongState, match="is over"):
        await world.consents.answer(BOB, rid, agree=False)
    second = (await world.recordings.start(ALICE, sid)).id
    asked = await world.consents.asked(BOB, sid)
    assert (asked.recording_id, asked.agreed) == (second, None)
    assert await shown(world, "alice", sid) == second


async def test_a_session_that_does_not_ask(world: World) -> None:
    sid, rid = await recorded(world, asks=False)
    assert not world.recorder.jobs[-1].by_consent
    assert (await world.consents.asked(BOB, sid)).recording_id == ""
    with pytest.raises(WrongState, match="asks nobody"):
        await world.consents.answer(BOB, rid, agree=False)
    facts = await world.house.change(ALICE, sid, {"ask_consent": True})
    assert facts.ask_consent
    assert (await world.consents.asked(BOB, sid)).recording_id == "", "from the next recording on"
    for wrong in ("yes", 1, None):
        with pytest.raises(BadInput):
            await world.house.change(ALICE, sid, {"ask_consent": wrong})
        with pytest.raises(BadInput):
            await world.consents.answer(BOB, rid, agree=wrong)
    with pytest.raises(NotFound):
        await world.consents.answer(BOB, sid, agree=True)


async def test_one_that_was_refused_leaves_no_answer(world: World) -> None:
    sid = await world.private(ask_consent=True)
    world.recorder.refusal = NoSpace()
    with pytest.raises(NoSpace):
        await world.recordings.start(ALICE, sid)
    assert await rows_of(world.db, RecordingConsent) == []


async def test_a_recorder_that_cannot_leave_anybody_out_is_not_used(world: World) -> None:
    world.recorder.leaves_out = False
    sid = await world.private(ask_consent=True)
    with pytest.raises(WrongState, match="cannot leave out"):
        await world.recordings.start(ALICE, sid)
    await world.house.change(ALICE, sid, {"ask_consent": False})
    assert (await world.recordings.start(ALICE, sid)).by_consent is False


async def test_dates_of_a_series_ask_as_its_form_said(world: World) -> None:
    made = await world.series(ask_consent=True)
    series = await world.scheduling.series.facts(made.facts.series_id)
    assert [date.ask_consent for date in series.coming] == [True] * len(series.coming)


async def test_all_coming_dates_of_a_series_ask_or_stop_asking(world: World) -> None:
    made = await world.series()
    change = partial(world.scheduling.series.change, ALICE, made.facts.series_id)
    first, second, third, *_ = (await world.scheduling.series.facts(made.facts.series_id)).coming
    await world.sessions.go_live(ALICE, first.id)
    await world.scheduling.dates.change(ALICE, second.id, {"title": "Trip"})
    series = await change({"ask_consent": True})
    assert series.ask_consent
    assert {one.title: one.ask_consent for one in series.coming} == {"Trip": False, "Algebra": True}
    assert not (await world.sessions.facts(first.id)).ask_consent, "it is on air"
    await world.house.change(ALICE, third.id, {"ask_consent": False})
    await change({"title": "Geometry"})
    assert not (await world.sessions.facts(third.id)).ask_consent, "that was not what changed"
    assert await made_later(world, made.facts.series_id), "and those that are made later"
    assert not any(one.ask_consent for one in (await change({"ask_consent": False})).coming)
    for wrong in ("yes", 1, None, [True]):
        with pytest.raises(BadInput, match="true or false"):
            await change({"ask_consent": wrong})


async def made_later(world: World, series_id: str) -> bool:
    """Whether the newest date, which is made when its time comes near, asks."""
    world.clock.pass_seconds(timedelta(weeks=2).total_seconds())
    await world.scheduling.series.make_due()
    return (await world.scheduling.series.facts(series_id)).coming[-1].ask_consent


async def test_answers_stay_with_the_recording_and_are_in_ones_own_export(world: World) -> None:
    sid, rid = await recorded(world)
    await world.consents.answer(BOB, rid, agree=False)
    assert b'"agreed": false' in (await world.export_seat(BOB, sid))["recording_consent.json"]
    assert b"Alice" not in (await world.export_seat(BOB, sid))["recording_consent.json"]
    assert b"Alice" in (await world.export(ALICE, sid))["recording_consent.json"]
    world.recorder.is_ready(sid, rid, b"film")
    await world.recordings.follow()
    await world.library.delete(ALICE, rid)
    assert await rows_of(world.db, RecordingConsent) == []
