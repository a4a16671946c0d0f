"""The services with a real database and fakes at the ports, and short words for what people do with them."""

import zipfile
from dataclasses import replace
from datetime import timedelta

from argon2 import PasswordHasher

from donfra_live.accounts import login_cookie, parts
from donfra_live.accounts.rules import AccountRole
from donfra_live.accounts.views import AccountView
from donfra_live.asking import Asking
from donfra_live.attendance.history import Histories
from donfra_live.attendance.rules import Tolerance
from donfra_live.attendance.service import Attendance
from donfra_live.browser_key import hash_of
from donfra_live.chat.service import Chat
from donfra_live.db import Database
from donfra_live.health import Health
from donfra_live.invites.service import Invites
from donfra_live.live_sessions.admissions import Admissions
from donfra_live.live_sessions.ports import MediaEvent, Ports
from donfra_live.live_sessions.presence import Presence
from donfra_live.live_sessions.service import LiveSessions
from donfra_live.live_sessions.views import Actor, Created, Joined, Waiting
from donfra_live.lobby.service import Lobby
from donfra_live.models import Account
from donfra_live.moderation.evicting import Evicting
from donfra_live.moderation.house import House
from donfra_live.moderation.observing import Observing
from donfra_live.moderation.service import Moderation
from donfra_live.moderation.stage import Stage
from donfra_live.outgoing.service import Webhooks
from donfra_live.passwords import Argon2Passwords
from donfra_live.recordings.consent import Consents
from donfra_live.recordings.library import RecordingLibrary
from donfra_live.recordings.links import RecordingLinks
from donfra_live.recordings.service import Recordings
from donfra_live.recordings.space import RecordingSpace
from donfra_live.recordings.storage import RecordingFiles
from donfra_live.retention.files import SessionFiles
from donfra_live.retention.service import Retention
from donfra_live.retention.views import Export
from donfra_live.scheduling import parts as scheduling
from donfra_live.scheduling.rules import HouseTimes
from donfra_live.services import Services
from donfra_live.settings import Settings
from donfra_live.stats.counting import Counting
from donfra_live.stats.service import Stats
from donfra_live.updates import Updates
from tests.fakes import (
    FakeProvider,
    FakeRecorder,
    FakeRooms,
    FakeTokens,
    FixedClock,
    NoLimits,
    PlainPasswords,
    RecordedMail,
    RecordedUpdates,
)


def browser(who: str) -> Actor:
    """Somebody with a browser of his own."""
    return Actor(browser=hash_of(who), address="127.0.0.1")


TIMES = HouseTimes(
    opens=timedelta(minutes=15),
    starts_itself=False,
    missed=timedelta(hours=1),
    longest=timedelta(hours=12),
    reminds=timedelta(hours=1),
)
PASSWORD = "correct horse battery"
# Real argon2, as weak as it gets: tests are about what is done with it.
QUICK = Argon2Passwords(PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))
# A plan; its start is by the wall clock of its zone.
WISHES = {"starts_at": "2026-11-26T10:00", "timezone": "Europe/Berlin", "duration_minutes": 45}
STRANGER = Actor(address="127.0.0.1")


def unpacked(export: Export) -> dict[str, bytes]:
    """What is in the zip, by name."""
    with export.file as file, zipfile.ZipFile(file) as packed:
        assert file.seek(0, 2) == export.size
        return {name: packed.read(name) for name in packed.namelist()}


class World:
    def __init__(self, db: Database) -> None:
        self.db, self.clock = db, FixedClock()
        self.began = self.clock()
        self.rooms, self.tokens, self.updates = FakeRooms(self.clock), FakeTokens(), RecordedUpdates()
        self.mail, self.provider = RecordedMail(), FakeProvider()
        self.passwords = PlainPasswords()
        ports = Ports(self.rooms, self.tokens, NoLimits(), self.updates, self.passwords, self.clock)
        self.accounts = parts.build(
            db,
            QUICK,
            NoLimits(),
            self.clock,
            self.mail,
            self.provider,
            Evicting(db, ports).account,
            address="https://live.example.org",
            sign_up_open=True,
        )
        self.sessions = LiveSessions(db, ports)
        self.admissions = Admissions(self.sessions, db, ports, arrivals_per_session=2, host_token_admin=True)
        self.lobby, self.invites = Lobby(self.admissions, db, ports), Invites(db, ports)
        self.chat, self.moderation = Chat(db, ports), Moderation(db, ports)
        self.stage = Stage(db, ports, limit=2)
        self.observing = Observing(db, ports, allowed=True)
        self.house = House(db, ports, host_grace=timedelta(minutes=2))
        self.attendance = Attendance(db, ports, tolerance=Tolerance())
        self.counting = Counting(db, self.clock, early=Tolerance().early)
        self.stats = Stats(db, ports, self.attendance, self.counting)
        self.history = Histories(db, ports, self.chat, self.attendance)
        self.scheduling = scheduling.build(
            self.sessions, self.house, db, ports, TIMES, self.mail, address="https://live.example.org"
        )
        self.data_dir = db._settings.data_dir
        self.recording_files = RecordingFiles(self.data_dir)
        self.files = SessionFiles(self.data_dir, self.recording_files)
        self.retention = Retention(db, ports, self.files, self.data_dir / "tmp", machine=lambda: "here")
        self.recorder = FakeRecorder(self.data_dir / "recordings")
        self.recordings = Recordings(db, ports, self.recorder, machine=lambda: "here", longest=3600.0)
        self.space = RecordingSpace(db, ports, self.recorder, lambda: 9_000_000_000, quota=0)
        self.library = RecordingLibrary(db, ports, self.recordings, self.recording_files)
        self.links, self.consents = RecordingLinks(db, ports, self.recording_files), Consents(db, ports)
        self.webhooks = Webhooks(db, self.clock, private=False)
        self.presence = Presence(self.sessions, db, ports, empty_after=timedelta(hours=1), observers=True)

    def services(self, settings: Settings) -> Services:
        """What pages and routes get, with every part that needs nothing from outside."""

        async def fine() -> None:
            return None

        return Services(
            sessions=self.sessions,
            admissions=self.admissions,
            lobby=self.lobby,
            invites=self.invites,
            chat=self.chat,
            moderation=self.moderation,
            stage=self.stage,
            observing=self.observing,
            house=self.house,
            attendance=self.attendance,
            history=self.history,
            scheduling=self.scheduling,
            updates=Updates(),
            health=Health(self.db.ping, fine),
            asking=Asking(settings, self.accounts.proving.prove),
            accounts=self.accounts,
            retention=self.retention,
            webhooks=self.webhooks,
            stats=self.stats,
            recordings=self.recordings,
            library=self.library,
            space=self.space,
            links=self.links,
            consents=self.consents,
        )

    async def export(self, actor: Actor, session_id: str) -> dict[str, bytes]:
        """The files of an export, by name."""
        return unpacked(await self.retention.export(actor, session_id))

    async def export_seat(self, actor: Actor, session_id: str) -> dict[str, bytes]:
        """The files of what is kept of one person in a session."""
        return unpacked(await self.retention.export_seat(actor, session_id))

    async def account(self, who: str, *, admin: bool = False) -> AccountView:
        """An account of this name; the first admin comes by the setup link, later ones by him."""
        if not admin:
            return await self.accounts.own.create(
                STRANGER, email=f"{who}@example.org", name=who.title(), password=PASSWORD
            )
        link = await self.accounts.links.offer_setup()
        made = await self.accounts.links.setup(
            STRANGER,
            link.partition("#key=")[2],
            email=f"{who}@example.org",
            name=who.title(),
            password=PASSWORD,
        )
        return made.account

    async def signed_in(self, who: str, password: str = PASSWORD) -> Actor:
        """This person's actor after signing in, in a new login."""
        entered = await self.accounts.own.sign_in(
            browser(who), email=f"{who}@example.org", password=password, user_agent="Firefox/1 Linux"
        )
        return await self.again(browser(who), entered.key)

    async def again(self, actor: Actor, key: str) -> Actor:
        """The actor of this login's cookie as it is now; without an account when it has ended."""
        proven = await self.accounts.proving.prove(f"{login_cookie.COOKIE}={key}", "")
        return replace(actor, account=proven.account, is_admin=proven.is_admin, login=proven.login)

    async def live(self, host: str = "alice", *, listed: bool = False) -> str:
        """A session on air, made by this person's browser; its id."""
        created = await self.sessions.create(
            browser(host), title="Algebra", owner_name=host.title(), listed=listed, on_air=True
        )
        return created.facts.id

    async def series(
        self, rrule: str = "FREQ=WEEKLY;COUNT=5", actor: Actor | None = None, **given: object
    ) -> Created:
        """A series from the 26th on, ten o'clock in Berlin, 45 minutes; Tuesday the 24th at ten is now."""
        return await self.scheduling.series.plan(
            actor or browser("alice"),
            wishes=WISHES,
            rrule=rrule,
            title="Algebra",
            owner_name="Alice",
            **given,
        )

    async def private(self, host: str = "alice", **given: object) -> str:
        """A session on air with these wishes for its door: access, password, lobby."""
        created = await self.sessions.create(
            browser(host), title="Algebra", owner_name=host.title(), on_air=True, **given
        )
        return created.facts.id

    async def invite(
        self, session_id: str, role: str = "viewer", giver: str = "alice", **given: object
    ) -> str:
        """The token of a new invite."""
        made = await self.invites.create(browser(giver), session_id, role=role, **given)
        return made.token

    async def come(self, who: str, session_id: str, role: str = "viewer") -> Joined:
        """Comes in with this role, by an invite of the host, and is connected and seen."""
        joined = await self.join(who, session_id, invite=await self.invite(session_id, role))
        await self.see(session_id, joined.identity)
        return joined

    async def see(self, session_id: str, identity: str, kind: str = "participant_joined") -> None:
        """LiveKit tells of this connection."""
        number, participant = len(self.updates.published), f"PA_{identity[-8:]}"
        event = MediaEvent(f"EV_{kind}_{identity}_{number}", kind, session_id, identity, participant, "{}")
        await self.presence.apply(event)

    async def with_account(self, name: str, *, admin: bool = False) -> Actor:
        """Somebody signed in, without a browser key of his own."""
        row = Account(email=f"{name}@example.org", name=name.title())
        row.role = AccountRole.ADMIN if admin else AccountRole.MEMBER
        async with self.db.transaction() as db:
            db.add(row)
        return Actor(account=row.id, is_admin=admin, address="127.0.0.1")

    async def log(self, session_id: str, host: str = "alice") -> list[tuple[str, str, str]]:
        """(who, act, to whom) of the session's log, first act first."""
        acts = await self.moderation.log(browser(host), session_id)
        return [(a.actor_name, a.act, a.target_name) for a in reversed(acts)]

    async def knock(self, who: str, session_id: str, **given: object) -> Joined | Waiting:
        """Asks to come in, whatever comes of it."""
        return await self.admissions.join(browser(who), session_id, name=who.title(), **given)

    async def join(self, who: str, session_id: str, **given: object) -> Joined:
        """Comes in and is connected."""
        joined = await self.knock(who, session_id, **given)
        assert isinstance(joined, Joined)
        self.rooms.connect(session_id, joined.identity)
        return joined
