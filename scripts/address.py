"""Prints where the app will be found, and what somebody on another machine needs.

python scripts/address.py [pages]: with `pages`, the address in development.
"""

import socket
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent))

from donfra_live.settings import get_settings


def own_address() -> str:
    """This machine's address for others; connecting a UDP socket sends nothing."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect(("192.0.2.1", 9))
        except OSError:
            return socket.gethostname()
        return str(probe.getsockname()[0])


def lines(port: int) -> list[str]:
    settings = get_settings()
    if settings.is_local:
        return [f"donfra live: http://localhost:{port}/live"]
    others = own_address() if settings.host in {"0.0.0.0", "::"} else settings.host
    found = [f"donfra live: http://localhost:{port}/live, for others http://{others}:{port}/live"]
    if settings.public_url:
        return [*found, f"Address to share: {settings.public_url}/live"]
    return [*found, "Camera and microphone need https:// or localhost; watching works without."]


if __name__ == "__main__":
    port = get_settings().pages_port if "pages" in sys.argv else get_settings().port
    print("\n".join(lines(port)), flush=True)
