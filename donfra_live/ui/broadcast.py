"""One change for many pages of this worker, for a fraction of what Reflex's modify_state takes for each.

Reaches under Reflex, python-socketio and Engine.IO (tests/ui/test_broadcast.py fails where a new version
differs; docs/decisions/008). A page whose state is in memory and whose lock nobody holds is changed and its
news put on the way in one step, in which no handler can run. All others are left to modify_state.
"""

import asyncio
import logging
from collections.abc import Callable, Sequence
from typing import Any

import reflex as rx
from engineio.exceptions import SocketIsClosedError
from engineio.packet import MESSAGE
from engineio.packet import Packet as Letter
from reflex.istate.manager.disk import StateManagerDisk
from reflex.istate.manager.memory import StateManagerMemory
from reflex.state import BaseState, StateUpdate
from reflex_base.constants import SocketEvent
from socketio.packet import EVENT

log = logging.getLogger(__name__)
Put = Callable[[Any], None]
Page = tuple[str, Put]
Delta = dict[str, dict[str, Any]]
# Pages between two looks at whatever else there is to do: what was written goes out, requests are answered.
AT_ONCE = 10


class _Letters:
    """The words on the wire, made once for all pages that get the very same values."""

    def __init__(self, app: Any) -> None:
        self._sio, self._namespace = app.sio, app.event_namespace.namespace
        # with the values, so that nothing else takes over their ids
        self._made: dict[tuple[tuple[str, str, int], ...], tuple[Delta, Letter]] = {}

    def of(self, delta: Delta) -> Letter:
        key = tuple((state, name, id(value)) for state, some in delta.items() for name, value in some.items())
        if key not in self._made:
            news = [str(SocketEvent.EVENT), StateUpdate(delta=delta)]
            packet = self._sio.packet_class(EVENT, namespace=self._namespace, data=news)
            self._made[key] = delta, Letter(MESSAGE, packet.encode())
        return self._made[key][1]

    async def send(self, sid: str, letter: Letter) -> None:
        """Only puts it behind what is on its way to this socket; waits for nothing."""
        connection = self._sio.manager.eio_sid_from_sid(sid, self._namespace)
        if connection is not None:
            await self._sio.eio.send_packet(connection, letter)


async def change(app: rx.App, cls: type[rx.State], pages: Sequence[Page]) -> list[Page]:
    """Returns those left alone: in the middle of a handler, not in memory, or with their state in Redis."""
    manager: Any = app.state_manager
    if not isinstance(manager, StateManagerDisk | StateManagerMemory):
        return list(pages)
    left, letters = list[Page](), _Letters(app)
    with app.set_contexts():
        for start in range(0, len(pages), AT_ONCE):
            left += await _change_some(app, cls, pages[start : start + AT_ONCE], letters)
            await asyncio.sleep(0)
    return left


async def _change_some(app: Any, cls: type[rx.State], pages: Sequence[Page], letters: _Letters) -> list[Page]:
    left, sids = list[Page](), app.event_namespace.token_to_sid
    for token, put in pages:
        # closed, or it loads anew when it is back
        if (sid := sids.get(token)) is None:
            continue
        if (root := await _free(app.state_manager, token, cls)) is None:
            left.append((token, put))
        else:
            await _tell(root, cls, sid, put, letters)
    return left


async def _free(manager: Any, token: str, cls: type[rx.State]) -> BaseState | None:
    """The root of its states if nobody is changing them. From here to the letter nothing may wait."""
    lock = manager._states_locks.get(token)  # noqa: SLF001  # there is no other way to ask without waiting
    if token not in manager.states or (lock is not None and lock.locked()):
        return None
    # from memory, so it does not wait; the page counts as used
    root: BaseState = await manager.get_state(rx.BaseStateToken(ident=token, cls=cls))
    return None if root.dirty_vars or root.dirty_substates else root


async def _tell(root: BaseState, cls: type[rx.State], sid: str, put: Put, letters: _Letters) -> None:
    try:
        put(root.get_substate(cls.get_full_name().split(".")))
        # Not written to disk: a page that comes back after a restart asks for all of it anew.
        delta = root.get_delta()
        root._clean()  # noqa: SLF001  # as modify_state does
        if delta:
            await letters.send(sid, letters.of(delta))
    except SocketIsClosedError:
        return
    except Exception:
        log.exception("a change could not be delivered to a page")
