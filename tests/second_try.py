"""Which tests start real servers or browsers, which of them run side by side, and what is tried once more.

Whole files, in a new run: their tests go on from what the one before left. Why at all, and why not more:
docs/decisions/006-second-try.md. scripts/test asks.
"""

import json
import sys
from collections.abc import Iterable
from pathlib import Path

FAILED = Path(".pytest_cache")
# These keep a processor busy.
BROWSERS = ("browser",)
# These mostly wait: for media, for a server that is started again, for the network.
OTHERS = (
    "livekit",
    "livekit_server",
    "workers",
    "infra",
    "bench",
    "outgoing/test_app.py",
    "test_routes.py",
    "ui/test_event_log.py",
)
REAL = (*BROWSERS, *OTHERS)
AT_MOST = 6
_ASKED = {"--real": REAL, "--browsers": BROWSERS, "--others": OTHERS}


def to_try_again(failed: Iterable[str]) -> list[str]:
    """The files of these tests ("tests/a/test_b.py::test_c"), sorted; empty where the failures are final."""
    files = sorted({test.partition("::")[0] for test in failed})
    return files if len(files) <= AT_MOST else []


def failed_in(folder: Path) -> list[str]:
    """What failed in the runs that keep their caches below this folder, sorted."""
    return sorted(
        test
        for file in folder.glob("*/v/cache/lastfailed")
        for test in json.loads(file.read_text(encoding="utf-8"))
    )


def main(arguments: list[str]) -> int:
    """Prints the files, 1 where there are none: nothing is known to have failed, or too much.

    --real, --browsers, --others: prints the folders and files with real servers, all or one lane's.
    """
    if arguments:
        sys.stdout.write(" ".join(f"tests/{place}" for place in _ASKED[arguments[0]]))
        return 0
    failed = failed_in(FAILED)
    files = to_try_again(failed)
    if not files:
        return 1
    sys.stderr.write("\n  ".join(["== a second try, after these failed:", *failed]) + "\n")
    sys.stdout.write(" ".join(files))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
