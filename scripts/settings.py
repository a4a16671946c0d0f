"""What the scripts need to know of the settings, one a line; then, for people, where the app will be found.

python scripts/settings.py [pages]: with `pages`, the address in development.
"""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent))

from donfra_live import __version__
from donfra_live.settings import Settings, get_settings


def addresses(settings: Settings, port: int) -> list[str]:
    """Where to find the app, and what somebody on another machine needs."""
    ways = (f"{way}/live" for way in settings.ways_in(port) if way)
    here = f"donfra live {__version__}: {', for others '.join(ways)}"
    if settings.public_url:
        return [here, f"Address to share: {settings.public_url}/live"]
    if settings.is_local:
        return [here]
    return [here, "Camera and microphone need https:// or localhost; watching works without."]


def main() -> None:
    settings = get_settings()
    port = settings.pages_port if "pages" in sys.argv[1:] else settings.port
    known = (settings.host, settings.port, settings.data_dir, bool(settings.redis_url))
    print(*known, *addresses(settings, port), sep="\n")


if __name__ == "__main__":
    main()
