"""What a member is in LiveKit, derived from his row alone: tokens, updates and repairs all use it."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from donfra_live.live_sessions.newcomers.newcomer import Newcomer
from donfra_live.live_sessions.roles import ARRIVAL, OBSERVER, Grants, grants_of
from donfra_live.models import Member

# LiveKit refuses a longer name, and with it whatever else is said of its bearer: nobody could mute him.
NAME_BYTES = 256


@dataclass(frozen=True)
class Projection:
    """attributes: shown to everybody in the room; empty values mean the attribute is not there."""

    name: str
    grants: Grants
    attributes: Mapping[str, str] = field(default_factory=dict)


HIDDEN = Projection("", ARRIVAL)
WATCHING = Projection("", OBSERVER)


def withheld_of(member: Member | Newcomer) -> frozenset[str]:
    return frozenset(filter(None, member.withheld.split(",")))


def projection_of(member: Member | Newcomer) -> Projection:
    on_stage = member.stage_since is not None
    return Projection(
        name=member.name.encode()[:NAME_BYTES].decode(errors="ignore"),
        grants=grants_of(member.role, on_stage=on_stage, withheld=withheld_of(member)),
        attributes={
            "role": str(member.role),
            "member": member.id,
            "stage": "1" if on_stage else "",
            # the recording that he agreed to be in: recorders go by it
            "recorded": member.recorded_in,
            # everybody sorts the queue by this, so all see the same order
            "hand": member.hand_at.isoformat() if member.hand_at else "",
        },
    )
