"""`python -m donfra_live.livekit_server`: run the media server, only get it (--fetch) or stop it (--stop).

--fetch prints the path of the binary, and on stderr what it does meanwhile.
"""

import argparse
import json
import sys

from donfra_live.errors import MediaServerAway
from donfra_live.livekit_server.binary import ensure_binary
from donfra_live.livekit_server.client import stop
from donfra_live.livekit_server.files import Lock
from donfra_live.livekit_server.state import GRACE_SECONDS, Places
from donfra_live.livekit_server.supervisor import Supervisor
from donfra_live.settings import Settings, get_settings


def main() -> int:
    """The exit status: 0 when what was asked for has happened."""
    given = _arguments()
    if given.managed:
        # Through stdin, because settings may hold a secret and come from the app's own start.
        Supervisor(Settings(**json.load(sys.stdin)), given.grace, _print).run()
        return 0
    settings = get_settings()
    if given.fetch:
        return _fetch(settings)
    if given.stop:
        print("The media server was stopped." if stop(settings, _print) else "No media server was running.")
        return 0
    return _run_by_hand(settings, given.grace)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m donfra_live.livekit_server", description=__doc__)
    parser.add_argument("--fetch", action="store_true", help="only get livekit-server, then end")
    parser.add_argument(
        "--stop", action="store_true", help="stop the media server of this data folder at once"
    )
    parser.add_argument("--managed", action="store_true", help=argparse.SUPPRESS)
    parser.add_argument("--grace", type=float, default=GRACE_SECONDS, help=argparse.SUPPRESS)
    return parser.parse_args()


def _print(message: str) -> None:
    print(message, flush=True)


def _fetch(settings: Settings) -> int:
    if settings.livekit_server_url:
        return 0  # another one is used
    try:
        print(ensure_binary(settings, lambda message: print(message, file=sys.stderr)))
    except MediaServerAway as error:
        print(error.sentence, file=sys.stderr)
        return 1
    return 0


def _run_by_hand(settings: Settings, grace: float) -> int:
    """Until Ctrl-C: whoever starts it here is the one who needs it."""
    Lock(Places.of(settings.data_dir).lease).take(shared=True, wait=True)
    if Supervisor(settings, grace, _print).run():
        return 0
    print("The media server of this data folder is running already.", file=sys.stderr)
    return 1


if __name__ == "__main__":
    sys.exit(main())
