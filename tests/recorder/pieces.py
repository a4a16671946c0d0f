"""Writes as Egress does: MPEG-TS in pieces of a second, and a list that has a piece when it is whole.

Run as a module it is our own recorder with this writer: the process of the stand-in for Egress.
"""

import re
import sys
from pathlib import Path

import av
from av.container import OutputContainer

from donfra_live.recorder import segments
from donfra_live.recorder.writer import Writer


class PiecesWriter(Writer):
    """path: a file beside which the pieces come."""

    key_seconds = segments.SECONDS

    @staticmethod
    def _opened(path: Path) -> OutputContainer:
        options = {
            "hls_time": str(segments.SECONDS),
            "hls_playlist_type": "event",
            "hls_segment_filename": str(path.with_name("take_%05d.ts")),
        }
        return av.open(path.with_name(segments.LIST), "w", format="hls", options=options)


def listed(playlist: Path) -> dict[str, float]:
    """The whole pieces by name, with their seconds."""
    if not playlist.exists():
        return {}
    found = re.findall(r"#EXTINF:([\d.]+),\n(.+)\n", playlist.read_text())
    return {name: float(seconds) for seconds, name in found}


def entries(pieces: dict[str, float], *, ended: bool = False) -> str:
    """The list as Egress writes it."""
    head = (
        "#EXTM3U\n#EXT-X-VERSION:4\n#EXT-X-PLAYLIST-TYPE:EVENT\n#EXT-X-ALLOW-CACHE:NO\n"
        f"#EXT-X-TARGETDURATION:{segments.SECONDS}\n#EXT-X-MEDIA-SEQUENCE:0\n"
    )
    time = "#EXT-X-PROGRAM-DATE-TIME:2026-11-29T19:00:00.000Z"
    lines = (f"{time}\n#EXTINF:{seconds:.3f},\n{name}\n" for name, seconds in pieces.items())
    return head + "".join(lines) + ("#EXT-X-ENDLIST\n" if ended else "")


if __name__ == "__main__":
    from donfra_live.recorder import __main__, run

    run.Writer = PiecesWriter  # type: ignore[misc]  # in this process only
    sys.exit(__main__.main())
