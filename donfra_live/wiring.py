"""Builds the parts from settings and ties them together; the composition root's other half.

Nothing is opened here: Reflex imports the app also to compile it, and a server forks after the import.
"""

import asyncio
import contextlib
import functools
import logging
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine
from datetime import timedelta
from typing import Any

from donfra_live.accounts import parts
from donfra_live.accounts.elsewhere import NoProvider
from donfra_live.accounts.ports import Mail, Provider
from donfra_live.addresses import as_http
from donfra_live.asking import Asking
from donfra_live.attendance.history import Histories
from donfra_live.attendance.rules import Tolerance
from donfra_live.attendance.service import Attendance
from donfra_live.chat.service import Chat
from donfra_live.db import Database, migrate
from donfra_live.errors import MediaServerAway
from donfra_live.health import Health
from donfra_live.invites.service import Invites
from donfra_live.lead import FileLead, for_good, in_turn, lead_for
from donfra_live.limits import RateLimits
from donfra_live.live_sessions.admissions import Admissions
from donfra_live.live_sessions.creating import WhoMayCreate
from donfra_live.live_sessions.ports import Ports
from donfra_live.live_sessions.presence import Presence
from donfra_live.live_sessions.service import LiveSessions
from donfra_live.livekit_gateway.check import MediaCheck
from donfra_live.livekit_gateway.client import Endpoint, LiveKitClient
from donfra_live.livekit_gateway.egress import LiveKitEgress
from donfra_live.livekit_gateway.rooms import LiveKitRooms
from donfra_live.livekit_gateway.tokens import LiveKitTokens
from donfra_live.livekit_gateway.webhooks import Webhooks
from donfra_live.livekit_server.client import ManagedServer
from donfra_live.lobby.service import Lobby
from donfra_live.log_lines import say
from donfra_live.mail import SmtpMail
from donfra_live.models.base import now
from donfra_live.moderation.evicting import Evicting
from donfra_live.moderation.house import House
from donfra_live.moderation.observing import Observing
from donfra_live.moderation.service import Moderation
from donfra_live.moderation.stage import Stage
from donfra_live.outgoing.delivering import Delivering
from donfra_live.outgoing.service import Webhooks as OutgoingWebhooks
from donfra_live.passwords import Argon2Passwords
from donfra_live.recorder.places import name_of_folder
from donfra_live.recorder_choice import check_font, recorder_of
from donfra_live.recordings.consent import Consents
from donfra_live.recordings.library import RecordingLibrary
from donfra_live.recordings.links import RecordingLinks
from donfra_live.recordings.moving import Moving
from donfra_live.recordings.ports import Recorder
from donfra_live.recordings.service import Recordings
from donfra_live.recordings.space import RecordingSpace
from donfra_live.recordings.storage import RecordingFiles
from donfra_live.retention.files import SessionFiles
from donfra_live.retention.nightly import Nightly
from donfra_live.retention.rules import Keep, in_words
from donfra_live.retention.service import Retention
from donfra_live.scheduling import parts as scheduling
from donfra_live.scheduling.rules import HouseTimes
from donfra_live.services import Services
from donfra_live.settings import Settings
from donfra_live.stats.counting import Counting
from donfra_live.stats.service import Stats
from donfra_live.storage_choice import check_storage, free_of, storage_of
from donfra_live.tasks import Tasks
from donfra_live.updates import Updates
from donfra_live.webhook_sender import HttpSender

log = logging.getLogger("donfra_live")
# Seconds between two looks for webhooks to deliver, for the work of the night, at the clock, for reminders,
# for figures to count, after recorders.
DELIVER_EVERY, NIGHT_LOOK_EVERY, CLOCK_EVERY, REMIND_EVERY, COUNT_EVERY = 1.0, 60.0, 1.0, 10.0, 2.0
RECORD_EVERY, MOVE_EVERY = 0.25, 5.0
# After the media server could not be watched for once.
AGAIN = 1.0
FOREVER = 365 * 24 * 3600.0
Loop = Coroutine[Any, Any, None]


def _note_end(task: "asyncio.Task[None]") -> None:
    """What runs all the time has no other way to say that it failed."""
    if not task.cancelled() and (error := task.exception()) is not None:
        log.error("a part of the app has failed and is missing until the next start", exc_info=error)


def _keep(settings: Settings) -> Keep:
    return Keep(
        chat=settings.keep_chat_days,
        attendance=settings.keep_attendance_days,
        recordings=settings.keep_recordings_days,
        sessions=settings.keep_sessions_days,
        logs=settings.keep_logs_days,
    )


def provider_of(settings: Settings) -> Provider:
    if not settings.oidc_issuer:
        return NoProvider()
    from donfra_live.oidc import OpenIdProvider  # noqa: PLC0415  # its library takes long to import

    return OpenIdProvider(settings)


def house_times(settings: Settings) -> HouseTimes:
    longest, reminds = settings.longest_session_seconds, settings.remind_before_seconds
    return HouseTimes(
        opens=timedelta(seconds=settings.open_before_seconds),
        starts_itself=settings.start_by_itself,
        missed=timedelta(seconds=settings.missed_session_seconds),
        longest=timedelta(seconds=longest) if longest else None,
        reminds=timedelta(seconds=reminds) if reminds else None,
    )


def tolerance(settings: Settings) -> Tolerance:
    return Tolerance(
        late=timedelta(minutes=settings.late_after_minutes),
        early=timedelta(minutes=settings.left_early_minutes),
    )


class Wiring:
    """All parts of one process. services: what pages and REST call. pages_port: where pages are served."""

    def __init__(self, settings: Settings, pages_port: int | None = None) -> None:
        self.settings, self._port = settings, pages_port or settings.port
        self.passwords = Argon2Passwords()
        self.media = None if settings.livekit_server_url else ManagedServer(settings, say)
        self.db = Database(settings)
        self.client = LiveKitClient(self.endpoint)
        self._egress = LiveKitEgress(self.client) if settings.recorder == "egress" else None
        self._check = MediaCheck(self.client, ask_version=self.media is None)
        self.rooms = LiveKitRooms(self.client)
        self.tokens = LiveKitTokens(
            self.endpoint,
            life=timedelta(seconds=settings.token_seconds),
            public_url=settings.livekit_public_url,
            managed=self.media is not None,
        )
        self.webhooks = Webhooks(self.endpoint)
        self._tasks = Tasks()
        updates, self.limits = Updates(settings.redis_url), RateLimits(settings)
        self._delivering = Delivering(self.db, HttpSender(private=settings.webhooks_to_private_networks), now)
        self._recording_files = RecordingFiles(settings.data_dir, storage_of(settings))
        self._files = SessionFiles(settings.data_dir, self._recording_files)
        self._machine = functools.cache(lambda: name_of_folder(settings.data_dir))
        self._counting = Counting(self.db, now, early=tolerance(settings).early)
        self._nightly = Nightly(
            self.db,
            now,
            self._files,
            _keep(settings),
            self._counting,
            hour=settings.cleanup_hour,
            machine=self._machine,
        )
        self._to_close = (
            self._tasks,
            self._delivering,
            self.client,
            updates,
            self.limits,
            self.passwords,
            self.db,
        )
        self.ports = Ports(self.rooms, self.tokens, self.limits, updates, self.passwords, now)
        self.services = self._services(updates)
        sessions, empty_after = self.services.sessions, timedelta(seconds=settings.empty_session_seconds)
        self.presence = Presence(
            sessions, self.db, self.ports, empty_after=empty_after, observers=settings.observers
        )
        self._wake = asyncio.Event()

    def _services(self, updates: Updates) -> Services:
        settings, db, ports, mail = self.settings, self.db, self.ports, SmtpMail(self.settings)
        address = settings.own_address(self._port)
        sessions = LiveSessions(db, ports, creators=WhoMayCreate(settings.creators))
        admissions = Admissions(
            sessions,
            db,
            ports,
            arrivals_per_session=settings.arrivals_per_session,
            host_token_admin=settings.host_token_admin,
        )
        accounts = self._accounts(mail, address)
        chat = Chat(db, ports)
        attendance = Attendance(db, ports, tolerance=tolerance(settings))
        house = House(db, ports, host_grace=timedelta(seconds=settings.host_grace_seconds))
        quota = settings.recording_quota_bytes
        recorder = recorder_of(settings, self.tokens.for_recorder, self._egress, self._tasks)
        recordings = self._recordings(recorder)
        return Services(
            sessions=sessions,
            admissions=admissions,
            lobby=Lobby(admissions, db, ports),
            invites=Invites(db, ports),
            chat=chat,
            attendance=attendance,
            history=Histories(db, ports, chat, attendance),
            moderation=Moderation(db, ports),
            stage=Stage(db, ports, limit=settings.stage_limit),
            observing=Observing(db, ports, allowed=settings.observers),
            house=house,
            scheduling=scheduling.build(
                sessions, house, db, ports, house_times(settings), mail, address=address
            ),
            updates=updates,
            health=Health(self.db.ping, self.check_media),
            asking=Asking(settings, accounts.proving.prove),
            accounts=accounts,
            retention=Retention(db, ports, self._files, settings.data_dir / "tmp", machine=self._machine),
            webhooks=OutgoingWebhooks(db, now, private=settings.webhooks_to_private_networks),
            stats=Stats(db, ports, attendance, self._counting),
            recordings=recordings,
            library=RecordingLibrary(db, ports, recordings, self._recording_files, quota=quota),
            space=RecordingSpace(db, ports, recorder, free_of(settings), quota=quota),
            links=RecordingLinks(db, ports, self._recording_files),
            consents=Consents(db, ports),
        )

    def _recordings(self, recorder: Recorder) -> Recordings:
        longest, quota = self.settings.longest_session_seconds or FOREVER, self.settings.recording_quota_bytes
        return Recordings(self.db, self.ports, recorder, machine=self._machine, longest=longest, quota=quota)

    def _accounts(self, mail: Mail, address: str) -> parts.AccountServices:
        return parts.build(
            self.db,
            self.passwords,
            self.limits,
            now,
            mail,
            provider_of(self.settings),
            Evicting(self.db, self.ports).account,
            address=address,
            sign_up_open=self.settings.sign_up == "open",
        )

    def endpoint(self) -> Endpoint:
        settings = self.settings
        if self.media is None:
            url = as_http(settings.livekit_server_url)
            return Endpoint(url, settings.livekit_api_key, settings.livekit_api_secret)
        status, keys = self.media.status(), self.media.keys
        url = status.url if status.state == "ready" else ""
        port = status.port or settings.livekit_port
        return Endpoint(url, keys.key, keys.secret, port, status.udp_port, status.tcp_port)

    async def check_media(self) -> None:
        """Raises MediaServerAway with what is wrong."""
        endpoint = self.endpoint()
        if not endpoint.url and self.media is not None:
            raise MediaServerAway(self.media.status().message or None)
        await self._check.run(endpoint)

    async def webhook(self, body: bytes, authorization: str) -> None:
        """Stored first; worked in after the answer. Raises NoProof."""
        event = self.webhooks.read(body, authorization)
        if await self.presence.store(event):
            self._tasks.begin(self.presence.work_in(event))

    @contextlib.asynccontextmanager
    async def lifespan(self) -> AsyncIterator[None]:
        """From the start of a worker to its end."""
        await asyncio.gather(migrate(self.settings), self._start_media())
        tasks = [asyncio.create_task(loop) for loop in self._loops()]
        for task in tasks:
            task.add_done_callback(_note_end)
        try:
            async with self._told_once():
                yield
        finally:
            async with contextlib.AsyncExitStack() as closing:  # one that fails leaves none of them open
                if self.media is not None:
                    closing.callback(self.media.release)
                for part in reversed(self._to_close):
                    closing.push_async_callback(part.close)
                for task in tasks:
                    task.cancel()
                await asyncio.gather(*tasks, return_exceptions=True)
                await self.services.accounts.links.sent()

    @contextlib.asynccontextmanager
    async def _told_once(self) -> AsyncIterator[None]:
        """By one worker of a start: what this machine misses, and while there is no admin, how to be it."""
        lead = FileLead(self.settings.data_dir / "setup.lock")
        if await lead.is_ours():
            await check_font(self.settings, say)
            if link := await self.services.accounts.links.offer_setup():
                say(f"there is no admin yet. Become it here, within a day: {self._everywhere(link)}")
        try:
            yield
        finally:
            await lead.close()

    def _everywhere(self, path: str) -> str:
        """For the operator, whose browser may be on this machine or on another."""
        ways = (self.settings.public_url,) if self.settings.public_url else self.settings.ways_in(self._port)
        return " or, on another machine, ".join(f"{way}{path}" for way in ways if way)

    async def _start_media(self) -> None:
        if self.media is not None:
            await asyncio.to_thread(self.media.start)

    async def _what_is_wrong(self) -> str:
        """With a media server that is not ours; "" when nothing is."""
        try:
            await self.check_media()
            if self._egress is not None:
                await self._egress.check()
        except MediaServerAway as error:
            return error.sentence
        return ""

    async def _watch_other_media(self) -> None:
        """It is started, updated and given other keys by others, while we run."""
        said = ""
        while True:
            wrong = await self._what_is_wrong()
            if wrong != said:
                say(wrong or "the media server can be used again.")
                self._wake.set()
            said = wrong
            await asyncio.sleep(self.settings.reconcile_seconds)

    async def _watch_media(self) -> None:
        """Our own media server came up, again or for the first time: rooms first, then compare."""
        if self.media is None:
            await self._watch_other_media()
            return
        async for status in self.media.changes():
            say(status.message or f"media server: {status.state}")
            if status.state == "ready":
                with contextlib.suppress(MediaServerAway):
                    await self.presence.reopen_rooms()
                self._wake.set()

    def _loops(self) -> list[Loop]:
        """What runs all the time; with a kind of work, at one worker at a time.

        Reminders have a loop of their own: a server for e-mail that hangs must not hold up a start.
        """

        def led(kind: str, act: Callable[[], Awaitable[None]], every: float, **wake: asyncio.Event) -> Loop:
            return in_turn(lead_for(self.settings, kind), act, every, **wake)

        scheduling = self.services.scheduling
        return [
            for_good(self._watch_media, AGAIN),
            for_good(self.services.stage.expire, CLOCK_EVERY),
            self.services.updates.listen(),
            led("reconcile", self._compare, self.settings.reconcile_seconds, wake=self._wake),
            led("deliver", self._delivering.round, DELIVER_EVERY),
            led("figures", self.services.stats.settle_due, COUNT_EVERY),
            led("retention", self._do_night, NIGHT_LOOK_EVERY),
            led("schedule", scheduling.keeping.run, CLOCK_EVERY),
            led("remind", scheduling.reminders.send_due, REMIND_EVERY),
            # Recorders and their files are on this machine: one of its own workers looks after them.
            self._of_machine("recorders", self.services.recordings.follow, RECORD_EVERY),
            self._of_machine("files", self._nightly.run_own_if_due, NIGHT_LOOK_EVERY),
            *self._storing(),
        ]

    def _storing(self) -> list[Loop]:
        """Only where there is a storage to move recordings to."""
        files, settings = self._recording_files, self.settings
        if files.storage is None:
            return []
        moving = Moving(self.db, self.ports, files, settings.data_dir, machine=self._machine, say=say)
        return [check_storage(files.storage, say), self._of_machine("moving", moving.round, MOVE_EVERY)]

    def _of_machine(self, kind: str, act: Callable[[], Awaitable[object]], every: float) -> Loop:
        return in_turn(FileLead(self.settings.data_dir / f"{kind}.lock"), act, every)

    async def _do_night(self) -> None:
        removed = await self._nightly.run_if_due()
        if removed:
            await self.ports.updates.publish_everything()
        if removed is not None:
            say(f"the nightly removal is done: {in_words(removed)}")

    async def _compare(self) -> None:
        await self.presence.apply_leftovers()
        await self.presence.reconcile()
        await self.services.house.find_hosts()
