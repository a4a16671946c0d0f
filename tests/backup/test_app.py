"""The real app with its media server: backed up while it runs, restored elsewhere, used on from there."""

import os
import subprocess
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.app_process import ROOT, RestApp
from tests.world import PASSWORD

pytestmark = pytest.mark.livekit
ADA = {"email": "ada@example.org", "name": "Ada", "password": PASSWORD}


def script(name: str, *words: str | Path, data: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [ROOT / "scripts" / name, *words],
        env={**os.environ, "DONFRA_DATA_DIR": str(data), "DATABASE_URL": ""},
        capture_output=True,
        text=True,
        timeout=60,
    )


def ask(client: httpx.Client, path: str, **body: object) -> dict[str, Any]:
    found: dict[str, Any] = client.post(f"/api{path}", json=body).raise_for_status().json()
    return found


def test_an_app_that_is_restored_elsewhere_goes_on_where_the_backup_was_made(tmp_path: Path) -> None:
    old, new = RestApp(tmp_path / "old/data"), RestApp(tmp_path / "new/data")
    for app in (old, new):
        app.data.parent.mkdir()
    try:
        old.start()
        old.wait_healthy()
        with httpx.Client(base_url=old.url) as client:
            created = ask(client, "/live/create", title="Algebra", owner_name="Alice")
            path = f"/live/{created['session_id']}/messages"
            bob = ask(client, "/live/join", session_id=created["session_id"], user_name="Bob")
            bearer = {"Authorization": f"Bearer {bob['access_token']}"}
            client.post(f"/api{path}", json={"text": "before"}, headers=bearer).raise_for_status()
            ask(client, "/accounts", **ADA)
            ask(client, "/accounts/login", **ADA)
            cookies = dict(client.cookies)
            made = script("backup", tmp_path / "backup.tar", data=old.data)
            assert made.returncode == 0, made.stderr
            client.post(f"/api{path}", json={"text": "after"}, headers=bearer).raise_for_status()
        refused = script("restore", tmp_path / "backup.tar", "--replace", data=old.data)
        assert refused.stderr.startswith(f"The app runs on {old.data}.")
        old.kill()
        refused = script("restore", tmp_path / "backup.tar", "--replace", data=old.data)
        assert refused.stderr.startswith(f"The media server of {old.data} still runs.")
        old.stop()
        restored = script("restore", tmp_path / "backup.tar", data=new.data)
        assert restored.returncode == 0, restored.stderr
        new.start()
        new.wait_healthy()
        with httpx.Client(base_url=new.url, cookies=cookies) as client:
            assert client.get("/api/accounts/me").json()["email"] == ADA["email"]
            said = client.get(f"/api{path}", headers=bearer).raise_for_status().json()["messages"]
            assert [message["text"] for message in said] == ["before"]
            client.post(f"/api{path}", json={"text": "again"}, headers=bearer).raise_for_status()
            ask(client, "/live/end", session_id=created["session_id"], host_key=created["host_key"])
    finally:
        old.stop()
        new.stop()
