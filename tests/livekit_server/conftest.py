"""Settings in a folder of their own, stub programs, and a real livekit-server, got as the app gets it."""

import os
import shutil
import stat
import textwrap
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from donfra_live.livekit_server.binary import ensure_binary
from donfra_live.livekit_server.client import stop
from donfra_live.settings import Settings
from tests.ports import free_port

MakeSettings = Callable[..., Settings]


def new_settings(folder: Path, **values: Any) -> Settings:
    return Settings(_env_file=None, donfra_data_dir=folder, **values)


def program(path: Path, script: str) -> Path:
    """A stub program: a shell script of this text."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("#!/bin/sh\n" + textwrap.dedent(script))
    path.chmod(path.stat().st_mode | stat.S_IXUSR)
    return path


def server_stub(path: Path, version: str) -> Path:
    return program(path, f"echo livekit-server version {version}\n")


@pytest.fixture(autouse=True)
def no_settings_from_outside(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in Settings.model_fields:
        monkeypatch.delenv(name.upper(), raising=False)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "data"


@pytest.fixture
def bare_machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A machine with an empty cache and a PATH of the shell's own tools only; the folder put on PATH."""
    tools, own = tmp_path / "tools", tmp_path / "bin"
    own.mkdir()
    for name in ("sh", "cat", "cp", "chmod", "mkdir", "echo", "sleep", "printenv"):
        found = shutil.which(name)
        assert found
        program(tools / name, f'exec {found} "$@"\n')
    monkeypatch.setenv("PATH", f"{own}{os.pathsep}{tools}")
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    return own


@pytest.fixture(scope="session")
def livekit_binary(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A real livekit-server; on a bare machine this builds one, once, into the user's cache."""
    return ensure_binary(new_settings(tmp_path_factory.mktemp("binary")), print)


@pytest.fixture
def make_settings(livekit_binary: Path, folder: Path) -> Iterator[MakeSettings]:
    """Settings of a real server in this test's folder; whatever runs there afterwards is stopped."""

    ports = {f"livekit_{name}port": free_port() for name in ("", "tcp_", "udp_")}

    def make(**values: Any) -> Settings:
        return new_settings(folder, **{"livekit_server_bin": str(livekit_binary)} | ports | values)

    yield make
    stop(make())
