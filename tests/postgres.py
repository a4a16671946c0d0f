"""A private PostgreSQL of the system's packages, on a Unix socket in a temporary folder."""

import contextlib
import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path


def find_initdb() -> Path | None:
    found = shutil.which("initdb")
    places = [Path(found)] if found else sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    return places[-1] if places else None


def _as_other_user() -> dict[str, str]:
    """PostgreSQL refuses to run as root; the packages bring a user for it."""
    return {"user": "postgres", "group": "postgres"} if os.geteuid() == 0 else {}


@contextlib.contextmanager
def running() -> Iterator[str]:
    """Yields the address of an empty server; stops it at the end."""
    initdb = find_initdb()
    assert initdb is not None
    folder = Path(tempfile.mkdtemp(prefix="pg-", dir="/tmp"))
    if os.geteuid() == 0:
        owner = pwd.getpwnam("postgres")
        os.chown(folder, owner.pw_uid, owner.pw_gid)
    options = {"check": True, "capture_output": True, "cwd": folder, **_as_other_user()}
    data = folder / "data"
    # No locale: a bare machine may not have the one that its environment names.
    how = ["-U", "donfra", "-A", "trust", "-E", "UTF8", "--no-locale", "--no-sync"]
    subprocess.run([initdb, "-D", data, *how], **options)
    control = [initdb.with_name("pg_ctl"), "-D", data, "-w", "-l", folder / "log"]
    # autovacuum would let new rows take the place of old ones: before those of the same, fixed, time
    settings = f"-c listen_addresses='' -k {folder} -c fsync=off -c autovacuum=off"
    subprocess.run([*control, "-o", settings, "start"], **options)
    try:
        yield f"postgresql://donfra@/postgres?host={folder}"
    finally:
        subprocess.run([*control, "-m", "immediate", "stop"], **options)
        shutil.rmtree(folder, ignore_errors=True)
