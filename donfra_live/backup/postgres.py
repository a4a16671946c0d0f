"""A PostgreSQL database in a backup: by pg_dump and pg_restore, which have to be on this machine.

The tables that a restore replaces go into a schema of their own. While it is made it holds the lock of
migrations, so that an app that starts meanwhile waits.
"""

import asyncio
import shutil
import subprocess
from contextlib import ExitStack
from pathlib import Path

from sqlalchemy import text
from sqlalchemy.engine import URL, make_url

from donfra_live.backup import repository
from donfra_live.backup.database import Contents, connected, looked_at
from donfra_live.backup.rules import BackupError
from donfra_live.db import MIGRATION_LOCK, sync_url
from donfra_live.lead import lead_for
from donfra_live.livekit_server.child import kept_environment
from donfra_live.settings import Settings

SCHEMA = "public"
# Where Debian's packages have them for each version.
PLACES = Path("/usr/lib/postgresql")


def tool(name: str) -> str:
    """The path of pg_dump or pg_restore. Raises BackupError."""
    found = shutil.which(name) or next(
        (str(path) for path in sorted(PLACES.glob(f"*/bin/{name}"), reverse=True)), ""
    )
    if not found:
        raise BackupError(
            f"{name} was not found. Install PostgreSQL's client here (Debian, Ubuntu: apt install "
            "postgresql-client), or do it where the database runs, as docs/running.md says for containers."
        )
    return found


class Postgres:
    kind = "postgresql"

    def __init__(self, settings: Settings) -> None:
        self._settings = settings

    def look(self) -> Contents:
        tool("pg_dump")
        with connected(self._settings) as connection:
            if connection.scalar(text("SELECT current_schema()")) != SCHEMA:
                raise BackupError(
                    f"The tables are in another schema than {SCHEMA}. Use pg_dump yourself for them."
                )
            return looked_at(connection, repository.size_of_postgresql(connection))

    def copy(self, to: Path) -> None:
        self._run("pg_dump", "--format=custom", f"--schema={SCHEMA}", f"--file={to}")

    def is_empty(self) -> bool:
        tool("pg_restore")  # missing, it is to be said before anything is done
        with connected(self._settings) as connection:
            return not repository.tables(connection)

    def is_in_use(self) -> bool:
        async def is_led() -> bool:
            lead = lead_for(self._settings)
            try:
                return not await lead.is_ours()
            finally:
                await lead.close()

        return asyncio.run(is_led())

    def put(self, copy: Path, aside: Path, undo: ExitStack) -> None:
        """The tables there are go into a schema of the name of `aside`."""
        with connected(self._settings, isolation="AUTOCOMMIT") as holder:
            holder.execute(text(f"SELECT pg_advisory_lock({MIGRATION_LOCK})"))
            with connected(self._settings) as connection:
                tables = repository.tables(connection)
            if tables:
                self._move(tables, SCHEMA, aside.name)
                undo.callback(self._move, tables, aside.name, SCHEMA)
            whole = ("--single-transaction", "--exit-on-error", "--no-owner", "--no-privileges")
            self._run("pg_restore", *whole, f"--schema={SCHEMA}", str(copy))

    def _move(self, tables: list[str], schema: str, to: str) -> None:
        with connected(self._settings) as connection, connection.begin():
            repository.move_tables(connection, tables, schema, to)

    def _run(self, name: str, *arguments: str) -> None:
        """Raises BackupError with the last of what it said. The password is in no command line."""
        url = make_url(sync_url(self._settings))
        named = URL.create("postgresql", url.username, None, url.host, url.port, url.database, url.query)
        environment = kept_environment() | ({"PGPASSWORD": str(url.password)} if url.password else {})
        done = subprocess.run(  # noqa: S603  # a tool of the system, with arguments of ours
            [tool(name), "--no-password", f"--dbname={named.render_as_string()}", *arguments],
            env=environment,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            errors="replace",
        )
        if done.returncode:
            said = done.stderr.strip().splitlines() or [f"it ended with {done.returncode}"]
            raise BackupError(f"{name} failed: {next((w for w in said if 'error:' in w), said[-1])}")
