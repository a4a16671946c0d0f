"""Calendar files of a session and a series, and each account's private feed of all that is its own.

The feed's address holds a secret, so a calendar program needs no login; making a new one ends the old one.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta

from donfra_live.browser_key import hash_of, new_key
from donfra_live.db import Database
from donfra_live.errors import NotFound, NotSignedIn, WrongState
from donfra_live.live_sessions.ports import Ports
from donfra_live.live_sessions.proof import get_session
from donfra_live.live_sessions.rules import clean_session_id
from donfra_live.live_sessions.states import SessionStatus
from donfra_live.live_sessions.views import Actor
from donfra_live.models import CalendarFeed, LiveSession, Series
from donfra_live.scheduling import repository
from donfra_live.scheduling.ics import Entry, calendar
from donfra_live.scheduling.rules import utc_of, wall_of
from donfra_live.scheduling.series import exceptions_of, get_series

FEED_NAME = "donfra live"
_KEPT = timedelta(days=90)


def _first_start(series: Series, day: str) -> datetime:
    """When this date of the series was meant to start."""
    clock = wall_of(series.starts_at, series.time_zone).time()
    return utc_of(datetime.combine(date.fromisoformat(day), clock), series.time_zone)


class Calendars:
    """address: where people find us."""

    def __init__(self, db: Database, ports: Ports, address: str) -> None:
        self._db, self._ports, self._address = db, ports, address

    async def of_session(self, session_id: object) -> bytes:
        """Raises NotFound; WrongState: it has no date."""
        sid = clean_session_id(session_id)
        async with self._db.reading() as db:
            session = await get_session(db, sid)
        if session.starts_at is None:
            raise WrongState("This session has no date, so it cannot stand in a calendar.")
        return calendar([self._entry(session)])

    async def of_series(self, series_id: object) -> bytes:
        """With the dates that differ from the rule. Raises NotFound."""
        async with self._db.reading() as db:
            series = await get_series(db, series_id)
            dates = await repository.dates_of(db, series.id)
        return calendar(self._entries(series, dates))

    def _entry(self, session: LiveSession) -> Entry:
        starts_at = session.starts_at or session.created_at
        return Entry(
            uid=f"{session.id}@donfra-live",
            title=session.title,
            description=session.description,
            url=f"{self._address}/live/{session.id}",
            starts_at=starts_at,
            ends_at=session.ends_at or starts_at,
            stamp=self._ports.clock(),
            version=session.plan_version,
            cancelled=session.status == SessionStatus.CANCELLED,
        )

    def _entries(self, series: Series, dates: Sequence[LiveSession]) -> list[Entry]:
        """The rule, without the dates that do not take place, and those that were changed alone."""
        gone = {d.occurrence for d in dates if d.status == SessionStatus.CANCELLED and d.occurrence}
        days = sorted(gone | set(exceptions_of(series)))
        whole = Entry(
            uid=f"{series.id}@donfra-live",
            title=series.title,
            description=series.description,
            url=f"{self._address}/series/{series.id}",
            starts_at=series.starts_at,
            ends_at=series.starts_at + timedelta(minutes=series.minutes),
            stamp=self._ports.clock(),
            version=series.version,
            cancelled=series.cancelled_at is not None,
            zone=series.time_zone,
            rule=series.rule,
            left_out=tuple(_first_start(series, day) for day in days),
        )
        changed = [d for d in dates if d.edited and d.occurrence and d.occurrence not in gone]
        return [whole, *(self._instead(whole, series, d) for d in changed)]

    def _instead(self, whole: Entry, series: Series, session: LiveSession) -> Entry:
        entry = self._entry(session)
        meant = _first_start(series, session.occurrence or "")
        return replace(entry, uid=whole.uid, zone=whole.zone, instead_of=meant)

    async def has_feed(self, actor: Actor) -> bool:
        async with self._db.reading() as db:
            return bool(actor.account) and await repository.feed_of(db, actor.account) is not None

    async def make_feed(self, actor: Actor) -> str:
        """The feed's address, shown this once; an older one ends. Raises NotSignedIn."""
        if not actor.account:
            raise NotSignedIn
        token = new_key()
        async with self._db.transaction() as db:
            feed = await repository.feed_of(db, actor.account)
            if feed is None:
                feed = CalendarFeed(account_id=actor.account, token_hash="")
                db.add(feed)
            feed.token_hash, feed.created_at = hash_of(token), self._ports.clock()
        return f"{self._address}/api/calendar/{token}.ics"

    async def drop_feed(self, actor: Actor) -> None:
        """Its address ends. Raises NotSignedIn."""
        if not actor.account:
            raise NotSignedIn
        async with self._db.transaction() as db:
            if feed := await repository.feed_of(db, actor.account):
                await db.delete(feed)

    async def feed(self, token: str) -> bytes:
        """Everything with a date in which the account has a seat. Raises NotFound."""
        since = self._ports.clock() - _KEPT
        async with self._db.reading() as db:
            found = await repository.feed_by_token(db, hash_of(token))
            if found is None:
                raise NotFound("This calendar address is not valid any more. Take the new one.")
            alone = await repository.planned_of_account(db, found.account_id, since)
            entries = [self._entry(session) for session in alone]
            for series in await repository.series_of_account(db, found.account_id):
                entries += self._entries(series, await repository.dates_of(db, series.id))
        return calendar(entries, FEED_NAME)
