"""The services of this feature in one place, built from what is given; for the composition root and tests."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from donfra_live.accounts.ports import Mail
from donfra_live.db import Database
from donfra_live.live_sessions.ports import Ports
from donfra_live.live_sessions.service import LiveSessions
from donfra_live.live_sessions.views import Actor, Created
from donfra_live.moderation.house import House
from donfra_live.scheduling.calendars import Calendars
from donfra_live.scheduling.keeping import Keeping
from donfra_live.scheduling.reminders import Reminders
from donfra_live.scheduling.rules import HouseTimes
from donfra_live.scheduling.series import AllSeries
from donfra_live.scheduling.service import Scheduling


@dataclass(frozen=True)
class SchedulingServices:
    """dates: one session's plan. series: what repeats. calendars: files, feeds. keeping: the clock.

    reminders: by e-mail.
    """

    dates: Scheduling
    series: AllSeries
    calendars: Calendars
    keeping: Keeping
    reminders: Reminders

    async def plan(
        self,
        actor: Actor,
        *,
        wishes: Mapping[str, object],
        rrule: object = "",
        exceptions: object = (),
        **given: Any,
    ) -> Created:
        """A session with a date, or with `rrule` a series. As Scheduling.plan and AllSeries.plan."""
        if rrule:
            return await self.series.plan(actor, wishes=wishes, rrule=rrule, exceptions=exceptions, **given)
        return await self.dates.plan(actor, wishes=wishes, **given)


def build(
    sessions: LiveSessions,
    rules: House,
    db: Database,
    ports: Ports,
    times: HouseTimes,
    mail: Mail,
    *,
    address: str,
) -> SchedulingServices:
    """address: where people find us, for links in calendars and e-mails."""
    series = AllSeries(sessions, db, ports, times)
    return SchedulingServices(
        dates=Scheduling(sessions, rules, db, ports, times),
        series=series,
        calendars=Calendars(db, ports, address),
        keeping=Keeping(sessions, series, db, ports, times),
        reminders=Reminders(db, ports, mail, times, address),
    )
