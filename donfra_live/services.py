"""The services that pages and REST routes call; the composition root fills this in."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from donfra_live.accounts.parts import AccountServices
    from donfra_live.asking import Asking
    from donfra_live.attendance.history import Histories
    from donfra_live.attendance.service import Attendance
    from donfra_live.chat.service import Chat
    from donfra_live.health import Health
    from donfra_live.invites.service import Invites
    from donfra_live.live_sessions.admissions import Admissions
    from donfra_live.live_sessions.service import LiveSessions
    from donfra_live.lobby.service import Lobby
    from donfra_live.moderation.house import House
    from donfra_live.moderation.observing import Observing
    from donfra_live.moderation.service import Moderation
    from donfra_live.moderation.stage import Stage
    from donfra_live.outgoing.service import Webhooks
    from donfra_live.recordings.consent import Consents
    from donfra_live.recordings.library import RecordingLibrary
    from donfra_live.recordings.links import RecordingLinks
    from donfra_live.recordings.service import Recordings
    from donfra_live.recordings.space import RecordingSpace
    from donfra_live.retention.service import Retention
    from donfra_live.scheduling.parts import SchedulingServices
    from donfra_live.stats.service import Stats
    from donfra_live.updates import Updates


@dataclass(frozen=True)
class Services:
    """sessions: create, go live, end, facts, lists. admissions: arrive, join, seats. lobby: who waits.

    chat: messages, reactions. moderation: roles, muting, removing. stage: hands, stage. house: settings of a
    session while it runs. attendance: who was there, rosters. history: a session after its end.
    scheduling: dates, series, calendars. observing: admins who watch unseen. asking: who asks, for REST
    and pages.
    stats: figures of sessions, series, periods; what browsers report of their connections.
    retention: export and delete on request. webhooks: endpoints that are told of events.
    recordings: begun, paused, stopped. library: watched, named, marked, deleted. links: to
    recordings, for anybody who has one. consents: who may be seen and heard in them. space: how much
    can still be recorded.
    """

    sessions: "LiveSessions"
    admissions: "Admissions"
    lobby: "Lobby"
    invites: "Invites"
    chat: "Chat"
    moderation: "Moderation"
    stage: "Stage"
    observing: "Observing"
    attendance: "Attendance"
    history: "Histories"
    house: "House"
    scheduling: "SchedulingServices"
    updates: "Updates"
    health: "Health"
    asking: "Asking"
    accounts: "AccountServices"
    retention: "Retention"
    webhooks: "Webhooks"
    stats: "Stats"
    recordings: "Recordings"
    library: "RecordingLibrary"
    space: "RecordingSpace"
    links: "RecordingLinks"
    consents: "Consents"
