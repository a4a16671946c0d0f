"""The API key and secret of our own livekit-server, made on first start, kept with mode 0600."""

import secrets
from dataclasses import dataclass, field
from pathlib import Path

from donfra_live.livekit_server.files import private_folder, write_private
from donfra_live.settings import Settings, WrongSettings


@dataclass(frozen=True)
class Keys:
    key: str
    secret: str = field(repr=False)


def load_or_create(data_dir: Path) -> Keys:
    """The stored pair; the first of several processes that come at once makes it.

    Raises:
        WrongSettings: the file is there but holds something else.
    """
    path = private_folder(data_dir / "livekit") / "keys"
    if not path.exists():
        write_private(path, f"API{secrets.token_hex(6)}: {secrets.token_urlsafe(36)}\n", keep=True)
    path.chmod(0o600)
    key, _, secret = path.read_text().strip().partition(": ")
    if not key or len(secret) < 32:
        raise WrongSettings(f"{path} is damaged. Delete it: the next start makes a new one.")
    return Keys(key, secret)


def keys_for(settings: Settings) -> Keys:
    """The pair of the settings, or else our own.

    Raises:
        WrongSettings: only one half is set, or our own file is damaged.
    """
    key, secret = settings.livekit_api_key, settings.livekit_api_secret
    if bool(key) != bool(secret):
        raise WrongSettings("LIVEKIT_API_KEY and LIVEKIT_API_SECRET go together: set both or neither.")
    return Keys(key, secret) if key else load_or_create(settings.data_dir)
