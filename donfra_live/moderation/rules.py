"""What may be asked of moderation; pure."""

from donfra_live.errors import BadInput

# What a mute of this word silences; what a hold takes away is in roles.HELD.
SOURCES = {
    "microphone": ("microphone",),
    "camera": ("camera",),
    "screen_share": ("screen_share", "screen_share_audio"),
}
STAGE_LONGEST = 24 * 3600


def clean_source(value: object) -> str:
    """microphone, camera or screen_share. Raises BadInput."""
    if not isinstance(value, str) or value not in SOURCES:
        raise BadInput(f"source must be one of: {', '.join(SOURCES)}.")
    return value


def without(withheld: str, source: str) -> str:
    """The list of what is withheld after one more was taken away."""
    return ",".join(sorted({*filter(None, withheld.split(",")), source}))


def with_again(withheld: str, source: str) -> str:
    """The list of what is withheld after one was given back."""
    return ",".join(sorted(set(filter(None, withheld.split(","))) - {source}))
