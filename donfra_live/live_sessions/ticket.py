"""What our own page needs to enter a room, whichever way it asked: no key, never a token that administers."""

from dataclasses import dataclass

from donfra_live.live_sessions.roles import PERMISSIONS, Role
from donfra_live.live_sessions.views import Joined

# Buttons follow the role, which may change during the call; the services ask the database each time.
PERMISSIONS_BY_ROLE = {str(role): sorted(map(str, PERMISSIONS[role])) for role in Role}


@dataclass(frozen=True)
class Ticket:
    """access_token: "" where the arrival is shown, now or as soon as it is connected.

    udp_port, tcp_port: what a firewall must let through; 0: not used, or only the media server knows.
    """

    session_id: str
    title: str
    identity: str
    access_token: str
    server_url: str
    member_id: str
    name: str
    role: str
    can_publish: bool
    permissions: dict[str, list[str]]
    udp_port: int
    tcp_port: int


def ticket_of(joined: Joined) -> Ticket:
    return Ticket(
        session_id=joined.session_id,
        title=joined.session_title,
        identity=joined.identity,
        access_token=joined.token,
        server_url=joined.server_url,
        member_id=joined.member_id,
        name=joined.name,
        role=joined.role.value,
        can_publish=joined.can_publish,
        permissions=PERMISSIONS_BY_ROLE,
        udp_port=joined.media_ports.udp,
        tcp_port=joined.media_ports.tcp,
    )
