"""Which tests start real servers or browsers, and which files of them are run a second time after failures.

Whole files, in a new run: their tests go on from what the one before left. Why at all, and why not more:
docs/decisions/006-second-try.md. scripts/test asks.
"""

import json
import sys
from collections.abc import Iterable
from pathlib import Path

FAILED = Path(".pytest_cache/v/cache/lastfailed")
REAL = (
    "bench",
    "browser",
    "infra",
    "livekit",
    "livekit_server",
    "workers",
    "backup/test_app.py",
    "outgoing/test_app.py",
    "test_routes.py",
    "ui/test_event_log.py",
)
AT_MOST = 6


def to_try_again(failed: Iterable[str]) -> list[str]:
    """The files of these tests ("tests/a/test_b.py::test_c"), sorted; empty where the failures are final."""
    files = sorted({test.partition("::")[0] for test in failed})
    return files if len(files) <= AT_MOST else []


def main(arguments: list[str]) -> int:
    """Prints the files, 1 where there are none: nothing is known to have failed, or too much.

    --real: prints the folders and files with real servers.
    """
    if arguments == ["--real"]:
        sys.stdout.write(" ".join(f"tests/{place}" for place in REAL))
        return 0
    failed = sorted(json.loads(FAILED.read_text(encoding="utf-8"))) if FAILED.exists() else []
    files = to_try_again(failed)
    if not files:
        return 1
    sys.stderr.write("\n  ".join(["== a second try, after these failed:", *failed]) + "\n")
    sys.stdout.write(" ".join(files))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
