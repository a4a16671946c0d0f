"""Repeating sessions: a series with a link of its own, whose dates become sessions some weeks ahead.

Each date is a session with its own id: ended, changed or cancelled alone, it leaves the others.
"""

import logging
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from donfra_live.accounts import repository as accounts
from donfra_live.browser_key import hash_for, hash_of
from donfra_live.db import Database
from donfra_live.errors import (
    AccountDisabled,
    BadInput,
    NoProof,
    NotAllowed,
    NotFound,
    SessionCancelled,
)
from donfra_live.live_sessions import repository as sessions
from donfra_live.live_sessions.ports import Ports
from donfra_live.live_sessions.roles import Role
from donfra_live.live_sessions.rules import clean_flag, clean_id
from donfra_live.live_sessions.service import LiveSessions, facts_of, set_plan
from donfra_live.live_sessions.states import COMING, current_of
from donfra_live.live_sessions.views import Actor, Created, Planned, SeriesFacts
from donfra_live.models import LiveSession, Member, Series
from donfra_live.outgoing import outbox
from donfra_live.outgoing.rules import EventKind
from donfra_live.scheduling import repository
from donfra_live.scheduling.recurrence import clean_exceptions, clean_rule, day_of, starts
from donfra_live.scheduling.rules import (
    FARTHEST,
    WISHES,
    HouseTimes,
    clean_start,
    clean_zone,
    plan_at,
    planned,
    utc_of,
    wall_of,
)
from donfra_live.scheduling.service import call_off, clean_texts

log = logging.getLogger(__name__)
AHEAD = timedelta(weeks=8)
_AGAIN = timedelta(days=1)
CHANGEABLE = ("title", "description", "rrule", "exceptions", "ask_consent", *WISHES)


def exceptions_of(series: Series) -> tuple[str, ...]:
    return tuple(day for day in series.exceptions.split(",") if day)


async def get_series(db: AsyncSession, series_id: object, *, locked: bool = False) -> Series:
    """locked: one at a time makes or changes its dates. Raises NotFound."""
    find = repository.locked_series if locked else repository.series
    if (series := await find(db, clean_id(series_id))) is None:
        raise NotFound("There is no series with this ID. Check the link.")
    return series


class AllSeries:
    def __init__(self, live: LiveSessions, db: Database, ports: Ports, times: HouseTimes) -> None:
        self._live, self._db, self._ports, self._times = live, db, ports, times

    async def plan(
        self,
        actor: Actor,
        *,
        wishes: Mapping[str, object],
        rrule: object,
        exceptions: object = (),
        **given: Any,
    ) -> Created:
        """A series; the answer is its first date's, and host_key is good for all of them.

        wishes, given: as for Scheduling.plan.

        Raises:
            NotSignedIn, NotAllowed, BadInput, TooManyRequests.
        """
        if refused := self._live.why_not_create(actor):
            raise refused  # the dates are some work
        zone, left_out = clean_zone(wishes.get("timezone", "")), clean_exceptions(exceptions)
        first = wall_of(clean_start(wishes.get("starts_at"), zone), zone)
        rule = clean_rule(rrule, first, zone)
        every = starts(rule, first, zone, first + FARTHEST)
        days = [d for d in every if day_of(d) not in left_out]
        if not days:
            raise BadInput("All dates of this series are left out.")
        plan = planned({**wishes, "starts_at": days[0].isoformat()}, None, self._times, self._ports.clock())
        created = await self._live.create(actor, planned=plan, **given)
        async with self._db.transaction() as db:
            session = await db.get_one(LiveSession, created.facts.id)
            series = self._series_of(session, plan, rule, created.host_key, actor)
            series.starts_at, series.exceptions = utc_of(every[0], zone), ",".join(left_out)
            db.add(series)
            await db.flush()
            session.series_id, session.occurrence = series.id, day_of(days[0])
            await self._make(db, series)
            facts = facts_of(session)
        await self._ports.updates.publish(session.id)
        return Created(facts, created.member_id, created.host_key)

    @staticmethod
    def _series_of(session: LiveSession, plan: Planned, rule: str, key: str, actor: Actor) -> Series:
        return Series(
            title=session.title,
            owner_name=session.owner_name,
            description=session.description,
            listed=session.listed,
            access=session.access,
            password_hash=session.password_hash,
            lobby=session.lobby,
            ask_consent=session.ask_consent,
            starts_at=plan.starts_at,
            minutes=plan.minutes,
            time_zone=plan.time_zone,
            rule=rule,
            starts_itself=plan.starts_itself,
            key_hash=hash_of(key),
            browser_hash=actor.browser,
            account_id=actor.account,
            created_at=session.created_at,
        )

    async def facts(self, series_id: object) -> SeriesFacts:
        """Its next dates are made when they are asked for. Raises NotFound."""
        async with self._db.reading() as db:
            series = await get_series(db, series_id)
            dates = await repository.dates_of(db, series.id)
        if not series.cancelled_at and not any(d.status in COMING for d in dates):
            await self.make(series.id)
            async with self._db.reading() as db:
                dates = await repository.dates_of(db, series.id)
        return self._facts(series, dates)

    def _facts(self, series: Series, dates: Sequence[LiveSession]) -> SeriesFacts:
        current = current_of(dates)
        return SeriesFacts(
            id=series.id,
            title=series.title,
            owner_name=series.owner_name,
            description=series.description,
            first_at=series.starts_at,
            minutes=series.minutes,
            time_zone=series.time_zone,
            rule=series.rule,
            exceptions=exceptions_of(series),
            ask_consent=series.ask_consent,
            cancelled=series.cancelled_at is not None,
            current=facts_of(current) if current else None,
            coming=tuple(facts_of(d) for d in dates if d.status in COMING),
        )

    async def _of_maker(self, db: AsyncSession, actor: Actor, series_id: object) -> Series:
        """Locked. Raises NotFound, NoProof, NotAllowed (also AccountDisabled), SessionCancelled."""
        series = await get_series(db, series_id, locked=True)
        if key := actor.key or actor.bearer:
            is_maker = hash_of(key) == series.key_hash
        elif series.account_id:
            is_maker = actor.account == series.account_id
        else:
            is_maker = bool(actor.browser) and actor.browser == series.browser_hash
        if not is_maker:
            raise (
                NotAllowed("Only who made the series may do this.")
                if key or actor.account
                else NoProof("Only who made the series may do this.")
            )
        if await accounts.disabled(db, {series.account_id}):
            raise AccountDisabled
        if series.cancelled_at is not None:
            raise SessionCancelled("This series was cancelled.")
        return series

    async def change(self, actor: Actor, series_id: object, changes: Mapping[str, object]) -> SeriesFacts:
        """Some of CHANGEABLE. Its coming dates follow, but those that were changed alone.

        Raises:
            BadInput, NotFound, NoProof, NotAllowed, SessionCancelled.
        """
        if not changes or changes.keys() - set(CHANGEABLE):
            raise BadInput(f"Name what to change: {', '.join(CHANGEABLE)}.")
        async with self._db.transaction() as db:
            series = await self._of_maker(db, actor, series_id)
            for name, text in clean_texts(changes).items():
                setattr(series, name, text)
            series.ask_consent = clean_flag(changes.get("ask_consent", series.ask_consent), "ask_consent")
            self._replan(series, changes)
            series.version += 1
            touched = await self._follow(db, series, asks="ask_consent" in changes)
            await self._make(db, series)
            facts = self._facts(series, await repository.dates_of(db, series.id))
        for session_id in touched:
            await self._ports.updates.publish(session_id)
        return facts

    def _replan(self, series: Series, changes: Mapping[str, object]) -> None:
        length = timedelta(minutes=series.minutes)
        before = plan_at(
            series.starts_at, length, series.time_zone, series.starts_itself, self._times, self._ports.clock()
        )
        plan = planned(changes, before, self._times, self._ports.clock(), may_have_begun=True)
        first = wall_of(plan.starts_at, plan.time_zone)
        rule = clean_rule(changes.get("rrule", series.rule), first, plan.time_zone)
        if "exceptions" in changes:
            series.exceptions = ",".join(clean_exceptions(changes["exceptions"]))
        days = starts(rule, first, plan.time_zone, first + FARTHEST)
        series.starts_at, series.time_zone = utc_of(days[0], plan.time_zone), plan.time_zone
        series.rule, series.starts_itself = rule, plan.starts_itself
        series.minutes = plan.minutes

    async def _follow(self, db: AsyncSession, series: Series, *, asks: bool) -> list[str]:
        """Coming dates take over what the series says; those it has no more are called off.

        asks: its wish for consent as well, which a date may have changed alone without being another plan.
        """
        now, touched = self._ports.clock(), []
        wanted = {day_of(start): start for start in self._starts(series, now + FARTHEST)}
        for session in await repository.dates_of(db, series.id):
            if session.status not in COMING or session.edited or not session.occurrence:
                continue
            touched.append(session.id)
            start = wanted.get(session.occurrence)
            if start is None:
                await call_off(db, session, self._ports)
                continue
            plan = self._plan(series, start)
            if plan.starts_at != session.starts_at:
                await repository.remind_again(db, session.id)
            session.title, session.description = series.title, series.description
            if asks:
                session.ask_consent = series.ask_consent
            session.plan_version += 1
            set_plan(session, plan)
        return touched

    def _starts(self, series: Series, last: datetime) -> list[datetime]:
        """By the host's wall clock, without the days left out."""
        zone, left_out = series.time_zone, exceptions_of(series)
        first = wall_of(series.starts_at, zone)
        return [s for s in starts(series.rule, first, zone, wall_of(last, zone)) if day_of(s) not in left_out]

    def _plan(self, series: Series, start: datetime) -> Planned:
        return plan_at(
            utc_of(start, series.time_zone),
            timedelta(minutes=series.minutes),
            series.time_zone,
            series.starts_itself,
            self._times,
            self._ports.clock(),
        )

    async def cancel(self, actor: Actor, series_id: object) -> SeriesFacts:
        """All coming dates are called off; one on air goes on. Raises as `change`."""
        async with self._db.transaction() as db:
            series = await self._of_maker(db, actor, series_id)
            series.cancelled_at, series.version = self._ports.clock(), series.version + 1
            dates = await repository.dates_of(db, series.id)
            coming = [d for d in dates if d.status in COMING]
            for session in coming:
                await call_off(db, session, self._ports)
            facts = self._facts(series, dates)
        for session in coming:
            await self._ports.updates.publish(session.id)
        return facts

    async def make_due(self) -> None:
        """For the loop: every series has its sessions some weeks ahead. What is wrong with one holds up no
        other, nor what comes after this."""
        async with self._db.reading() as db:
            due = await repository.series_to_make(db, self._ports.clock() + AHEAD - _AGAIN)
        for series_id in due:
            try:
                await self.make(series_id)
            except Exception:
                log.exception("the dates of series %s cannot be made; it is tried again", series_id)

    async def make(self, series_id: str) -> None:
        async with self._db.transaction() as db:
            series = await repository.locked_series(db, series_id)
            made = await self._make(db, series) if series and not series.cancelled_at else []
        for session in made:
            await self._ports.updates.publish(session.id)
        if made and series:
            await self._ports.updates.publish_own(series.browser_hash, series.account_id)

    async def _make(self, db: AsyncSession, series: Series) -> list[LiveSession]:
        """Sessions for the dates of the next weeks; where there is none in them, for the next date."""
        now, dates = self._ports.clock(), await repository.dates_of(db, series.id)
        there, length = {d.occurrence for d in dates}, timedelta(minutes=series.minutes)
        missing = [
            start
            for start in self._starts(series, now + FARTHEST)
            if day_of(start) not in there and utc_of(start, series.time_zone) + length > now
        ]
        soon = [start for start in missing if utc_of(start, series.time_zone) <= now + AHEAD]
        if not soon and not any(d.status in COMING for d in dates):
            soon = missing[:1]
        made = [await self._session(db, series, start) for start in soon]
        series.made_until = now + AHEAD
        return made

    async def _session(self, db: AsyncSession, series: Series, start: datetime) -> LiveSession:
        session = LiveSession(
            title=series.title,
            owner_name=series.owner_name,
            description=series.description,
            listed=series.listed,
            access=series.access,
            password_hash=series.password_hash,
            lobby=series.lobby,
            ask_consent=series.ask_consent,
            created_at=self._ports.clock(),
            series_id=series.id,
            occurrence=day_of(start),
        )
        set_plan(session, self._plan(series, start))
        host = Member(
            session_id=session.id,
            name=series.owner_name,
            role=Role.HOST,
            key_hash=hash_for(series.key_hash, session.id),
            account_id=series.account_id,
        )
        db.add(session)
        await db.flush()
        await sessions.seat(db, host, series.browser_hash)
        await outbox.record(db, EventKind.CREATED, session, session.created_at)
        return session
