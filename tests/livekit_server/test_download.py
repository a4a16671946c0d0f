"""The official release: laid out as GitHub does, over a server of our own."""

import hashlib
import io
import platform
import tarfile
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from donfra_live.livekit_server import binary, download
from donfra_live.livekit_server.steps import Passed
from tests.livekit_server.conftest import new_settings

STUB = b"#!/bin/sh\necho livekit-server version 1.13.5\n"


class Quiet(SimpleHTTPRequestHandler):
    def log_message(self, *_: Any) -> None:
        pass


@dataclass
class Release:
    folder: Path
    base: str
    said: list[str] = field(default_factory=list)

    @property
    def name(self) -> str:
        machine = {"x86_64": "amd64", "aarch64": "arm64"}.get(platform.machine(), platform.machine())
        return f"livekit_1.13.5_{platform.system().lower()}_{machine}.tar.gz"

    def lay(self, content: bytes = STUB, member: str = "livekit-server", checksum: str = "") -> None:
        packed = io.BytesIO()
        with tarfile.open(fileobj=packed, mode="w:gz") as tar:
            for name, data in (("LICENSE", b"free"), (member, content)):
                info = tarfile.TarInfo(name)
                info.size = len(data)
                tar.addfile(info, io.BytesIO(data))
        self.folder.mkdir(parents=True)
        (self.folder / self.name).write_bytes(packed.getvalue())
        checksum = checksum or hashlib.sha256(packed.getvalue()).hexdigest()
        (self.folder / "checksums.txt").write_text(f"{'0' * 64}  other.tar.gz\n{checksum}  {self.name}\n")

    def get(self, to: Path) -> Path:
        to.mkdir(exist_ok=True)
        return download.download(self.base, to, self.said.append)


@pytest.fixture
def release(tmp_path: Path) -> Iterator[Release]:
    with ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=str(tmp_path / "web"))) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        yield Release(tmp_path / "web" / "v1.13.5", f"http://127.0.0.1:{server.server_port}")
        server.shutdown()
        thread.join()


def test_a_release_is_downloaded_into_the_cache(release: Release, folder: Path, bare_machine: Path) -> None:
    release.lay()
    settings = new_settings(folder, livekit_download_url=release.base)
    assert binary.ensure_binary(settings, release.said.append) == binary.cached_binary()
    assert binary.cached_binary().read_bytes() == STUB
    assert f"Looking for the release of LiveKit 1.13.5 at {release.base}." in release.said


def test_a_wrong_checksum_is_passed_over(release: Release, tmp_path: Path) -> None:
    release.lay(checksum="f" * 64)
    with pytest.raises(Passed, match="checksum of .* is wrong"):
        release.get(tmp_path / "work")
    assert not (tmp_path / "work" / "livekit-server").exists()


def test_no_release_at_all_is_passed_over(release: Release, tmp_path: Path) -> None:
    with pytest.raises(Passed, match=r"cannot be downloaded \(status 404\)"):
        release.get(tmp_path / "work")


def test_no_release_for_this_platform_is_passed_over(
    release: Release, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    release.lay()
    monkeypatch.setattr(platform, "machine", lambda: "sparc")
    with pytest.raises(Passed, match="no release for this platform"):
        release.get(tmp_path / "work")


def test_a_listed_file_that_is_not_there_is_passed_over(release: Release, tmp_path: Path) -> None:
    release.lay()
    (release.folder / release.name).unlink()
    with pytest.raises(Passed, match=r"broke off \(status 404\)"):
        release.get(tmp_path / "work")


def test_an_archive_without_the_server_is_passed_over(release: Release, tmp_path: Path) -> None:
    release.lay(member="something-else")
    with pytest.raises(Passed, match="holds no livekit-server"):
        release.get(tmp_path / "work")


def test_an_archive_that_is_none_is_passed_over(release: Release, tmp_path: Path) -> None:
    release.lay()
    (release.folder / release.name).write_bytes(b"junk")
    digest = hashlib.sha256(b"junk").hexdigest()
    (release.folder / "checksums.txt").write_text(f"{digest} *{release.name}\n")
    with pytest.raises(Passed, match="cannot be unpacked"):
        release.get(tmp_path / "work")


def test_a_path_in_the_archive_leads_nowhere_else(release: Release, tmp_path: Path) -> None:
    release.lay(member="../../livekit-server")
    assert release.get(tmp_path / "work") == tmp_path / "work" / "livekit-server"
    assert not (tmp_path.parent / "livekit-server").exists()


def test_nobody_there_is_passed_over_fast(tmp_path: Path) -> None:
    with pytest.raises(Passed, match="cannot be downloaded"):
        download.download("http://127.0.0.1:9", tmp_path, lambda _: None)


def test_one_who_never_answers_is_not_waited_for(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(download, "FIRST_ANSWER_SECONDS", 0.2)
    never = threading.Event()

    def silent(*_: Any, **__: Any) -> None:
        never.wait(5)
        raise TimeoutError("too late")

    monkeypatch.setattr(download.WEB, "open", silent)
    with pytest.raises(Passed, match=r"\(no answer\)"):
        download.download("http://127.0.0.1:9", tmp_path, lambda _: None)
    never.set()


def test_a_long_download_says_how_far_it_is(
    release: Release, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(download, "SAY_EVERY", 0.0)
    release.lay()
    release.get(tmp_path / "work")
    assert release.said[1].startswith("Downloading LiveKit: 0 of 0 MB")


@pytest.mark.parametrize("base", ["releases.example.org", "http://[", "nothing://x"])
def test_an_address_that_is_none_is_passed_over(base: str, tmp_path: Path) -> None:
    with pytest.raises(Passed, match=r"cannot be downloaded \((?!no answer)"):
        download.download(base, tmp_path, lambda _: None)
