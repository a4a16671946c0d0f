"""Builds the parts from settings and ties them together; the composition root's other half.

Nothing is opened here: Reflex imports the app also to compile it, and a server forks after the import.
"""

import asyncio
import contextlib
import fcntl
import logging
from collections.abc import AsyncIterator
from datetime import timedelta

from donfra_live.chat.service import Chat
from donfra_live.db import Database, migrate
from donfra_live.errors import DonfraError, MediaServerAway
from donfra_live.health import Health
from donfra_live.limits import RateLimits
from donfra_live.live_sessions.admissions import Admissions
from donfra_live.live_sessions.ports import MediaEvent
from donfra_live.live_sessions.presence import Presence
from donfra_live.live_sessions.service import LiveSessions
from donfra_live.livekit_gateway.check import check, check_version
from donfra_live.livekit_gateway.client import Endpoint, LiveKitClient
from donfra_live.livekit_gateway.rooms import LiveKitRooms
from donfra_live.livekit_gateway.tokens import LiveKitTokens
from donfra_live.livekit_gateway.webhooks import Webhooks
from donfra_live.livekit_server.client import ManagedServer
from donfra_live.models import now
from donfra_live.services import Services
from donfra_live.settings import Settings
from donfra_live.updates import Updates

log = logging.getLogger("donfra_live")


def say(line: str) -> None:
    """A line for the person who started the app."""
    log.warning("donfra live: %s", line)


class Wiring:
    """All parts of one process. services: what pages and REST call."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.media = None if settings.livekit_server_url else ManagedServer(settings, say)
        self.db = Database(settings)
        self.client = LiveKitClient(self.endpoint)
        self.rooms = LiveKitRooms(self.client)
        self.tokens = LiveKitTokens(
            self.endpoint,
            life=timedelta(seconds=settings.token_seconds),
            public_url=settings.livekit_public_url,
            managed=self.media is not None,
        )
        self.webhooks = Webhooks(self.endpoint)
        updates, limits = Updates(settings.redis_url), RateLimits(settings)
        sessions = LiveSessions(self.db, self.rooms, self.tokens, limits, updates, now)
        admissions = Admissions(
            sessions,
            self.db,
            self.rooms,
            self.tokens,
            limits,
            updates,
            now,
            arrivals_per_session=settings.arrivals_per_session,
            host_token_admin=settings.host_token_admin,
        )
        chat = Chat(self.db, self.rooms, self.tokens, limits, now)
        empty_after = timedelta(seconds=settings.empty_session_seconds)
        self.presence = Presence(sessions, self.db, self.rooms, updates, now, empty_after=empty_after)
        self.services = Services(sessions, admissions, chat, updates, Health(self.db.ping, self.check_media))
        self._tasks: set[asyncio.Task[None]] = set()
        self._wake = asyncio.Event()

    def endpoint(self) -> Endpoint:
        settings = self.settings
        if self.media is None:
            url = settings.livekit_server_url.replace("ws", "http", 1)
            return Endpoint(url, settings.livekit_api_key, settings.livekit_api_secret)
        status, keys = self.media.status(), self.media.keys
        return Endpoint(status.url if status.state == "ready" else "", keys.key, keys.secret)

    async def check_media(self) -> None:
        """Raises MediaServerAway with what is wrong."""
        endpoint = self.endpoint()
        if not endpoint.url and self.media is not None:
            raise MediaServerAway(self.media.status().message or None)
        await check(self.client, endpoint.url)

    async def webhook(self, body: bytes, authorization: str) -> None:
        """Stored first; worked in after the answer. Raises NoProof."""
        event = self.webhooks.read(body, authorization)
        if await self.presence.store(event):
            task = asyncio.create_task(self._apply(event))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)

    async def _apply(self, event: MediaEvent) -> None:
        try:
            await self.presence.apply(event)
        except Exception:
            log.exception(
                "event %s of kind %s could not be worked in; it is tried again", event.id, event.kind
            )

    @contextlib.asynccontextmanager
    async def lifespan(self) -> AsyncIterator[None]:
        """From the start of a worker to its end."""
        await migrate(self.settings)
        loops = [self._watch_media, self._reconcile, self.services.updates.listen]
        if self.media is not None:
            await asyncio.to_thread(self.media.start)
        else:
            await self._say_what_is_wrong()
        tasks = [asyncio.create_task(loop()) for loop in loops]
        try:
            yield
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
            await self.client.close()
            await self.db.close()
            if self.media is not None:
                self.media.release()

    async def _say_what_is_wrong(self) -> None:
        try:
            await self.check_media()
            await check_version(self.client, self.endpoint())
        except MediaServerAway as error:
            say(error.sentence)

    async def _watch_media(self) -> None:
        """Our own media server came up, again or for the first time: rooms first, then compare."""
        if self.media is None:
            return
        async for status in self.media.changes():
            say(status.message or f"media server: {status.state}")
            if status.state == "ready":
                with contextlib.suppress(MediaServerAway):
                    await self.presence.reopen_rooms()
                self._wake.set()

    async def _reconcile(self) -> None:
        """One worker per data folder does it; the others wait for its lock."""
        with (self.settings.data_dir / "reconcile.lock").open("w") as lock:
            while not self._locked(lock.fileno()):
                await asyncio.sleep(1)
            while True:
                try:
                    await self.presence.apply_leftovers()
                    await self.presence.reconcile()
                except DonfraError as error:
                    log.info("reconcile: %s", error)
                except Exception:
                    log.exception("reconcile failed; it goes on in the next round")
                with contextlib.suppress(TimeoutError):
                    await asyncio.wait_for(self._wake.wait(), self.settings.reconcile_seconds)
                self._wake.clear()

    @staticmethod
    def _locked(descriptor: int) -> bool:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True
