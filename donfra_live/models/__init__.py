"""All tables. The database is the truth; a LiveKit room is only its projection."""

from donfra_live.models.accounts import Account, ApiToken, ExternalIdentity, ExternalTry, Login, OneTimeLink
from donfra_live.models.attendance import PresenceInterval, RosterEntry
from donfra_live.models.outgoing import Delivery, OutgoingEvent, WebhookEndpoint
from donfra_live.models.people import Invite, Member, MemberBrowser, WaitingPerson
from donfra_live.models.recordings import Recording, RecordingConsent, RecordingLink, RecordingMarker
from donfra_live.models.retention import NightlyRun
from donfra_live.models.schedule import CalendarFeed, Reminder, Series
from donfra_live.models.sessions import ChatMessage, Connection, LiveSession, LogEntry, WebhookEvent
from donfra_live.models.stats import ConnectionQuality, QualityMinute, SessionFigures

__all__ = [
    "Account",
    "ApiToken",
    "CalendarFeed",
    "ChatMessage",
    "Connection",
    "ConnectionQuality",
    "Delivery",
    "ExternalIdentity",
    "ExternalTry",
    "Invite",
    "LiveSession",
    "LogEntry",
    "Login",
    "Member",
    "MemberBrowser",
    "NightlyRun",
    "OneTimeLink",
    "PresenceInterval",
    "QualityMinute",
    "Recording",
    "RecordingConsent",
    "RecordingLink",
    "RecordingMarker",
    "RosterEntry",
    "Reminder",
    "Series",
    "SessionFigures",
    "OutgoingEvent",
    "WaitingPerson",
    "WebhookEndpoint",
    "WebhookEvent",
]
