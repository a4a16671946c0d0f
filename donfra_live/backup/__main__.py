"""`python -m donfra_live.backup make [PATH]` and `restore FILE`, for scripts/backup and scripts/restore."""

import argparse
import os
import signal
import sys
from pathlib import Path

from donfra_live.backup.making import make
from donfra_live.backup.progress import Progress
from donfra_live.backup.restoring import check, restore
from donfra_live.backup.rules import (
    BackupError,
    Manifest,
    contents_in_words,
    in_words,
    left_out_in_words,
)
from donfra_live.settings import Settings, get_settings


def main() -> int:
    """The exit status: 0 when what was asked for has happened."""
    given = _arguments()
    os.umask(0o077)
    # So that what is half done goes away then, too.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(128 + signal.SIGTERM))
    try:
        settings, progress = get_settings(), Progress(lambda line: print(line, file=sys.stderr, flush=True))
        (_make if given.act == "make" else _restore)(settings, given, progress)
    except BackupError as error:
        print(error, file=sys.stderr)
        return 1
    except OSError as error:
        what = f" ({error.filename})" if error.filename else ""
        print(f"It was not done: {error.strerror}{what}. All is as it was before.", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("Stopped. All is as it was before.", file=sys.stderr)
        return 130
    return 0


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m donfra_live.backup")
    parser.add_argument("--from", dest="cwd", type=Path, default=Path(), help=argparse.SUPPRESS)
    acts = parser.add_subparsers(dest="act", required=True)
    making = acts.add_parser("make", prog="scripts/backup", help="back up, while the app runs")
    making.add_argument(
        "path", type=Path, nargs="?", help="a file to make, or a folder; default: data/backups"
    )
    making.add_argument("--without-recordings", action="store_true", help="leave out files of recordings")
    restoring = acts.add_parser("restore", prog="scripts/restore", help="restore, while the app is stopped")
    restoring.add_argument("path", type=Path, help="the file of a backup")
    restoring.add_argument("--replace", action="store_true", help="move aside what there is")
    restoring.add_argument(
        "--check", action="store_true", help="only say whether the backup is whole and fits"
    )
    return parser.parse_args()


def _make(settings: Settings, given: argparse.Namespace, progress: Progress) -> None:
    path = (given.cwd / given.path).resolve() if given.path else None
    made = make(settings, path, progress, with_recordings=not given.without_recordings)
    print(f"Backup: {made.path}, {in_words(made.size)}: {contents_in_words(made.manifest)}.")
    _say_what_is_missing(made.manifest)
    print("It holds keys and what people wrote, so keep it to yourself. Settings (.env) are not in it.")


def _restore(settings: Settings, given: argparse.Namespace, progress: Progress) -> None:
    path = (given.cwd / given.path).resolve()
    if given.check:
        manifest = check(settings, path, progress)
        print(f"The backup is whole: {_about(manifest)}.")
        return
    restored = restore(settings, path, progress, replace=given.replace)
    print(f"Restored: {_about(restored.manifest)}.")
    _say_what_is_missing(restored.manifest)
    if restored.aside is not None:
        where = f" and the schema {restored.schema}" if restored.schema else ""
        print(f"What was there before is in {restored.aside}{where}; remove it when all is well.")
    print("Now start the app; it brings the database up to date.")


def _about(manifest: Manifest) -> str:
    return f"{contents_in_words(manifest)}, as of {manifest.begun:%Y-%m-%d %H:%M} UTC"


def _say_what_is_missing(manifest: Manifest) -> None:
    if missing := ", ".join(left_out_in_words(manifest.left_out)):
        print(f"Not in it: {missing}.")


if __name__ == "__main__":
    sys.exit(main())
