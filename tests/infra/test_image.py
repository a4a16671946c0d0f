"""The container's steps, run in a bare folder as its build runs them, and the app started from the result.

The packages are those of the project's own .venv: scripts/setup, which the container runs too, is what
made it. Everything else is done for real, and afterwards the sources and their build are gone.
"""

import os
import resource
import shutil
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest

from tests.infra.servers import running, wait_for
from tests.ports import free_port

pytestmark = [pytest.mark.livekit, pytest.mark.timeout(300)]
ROOT = Path(__file__).parents[2]
# Processor seconds of a whole start and stop. Not the clock's: other programs may be using this machine.
START_AND_STOP = 4.0


def context() -> list[str]:
    """What the Docker build is given: the exceptions in Dockerfile.dockerignore."""
    lines = (ROOT / "infra/Dockerfile.dockerignore").read_text().splitlines()
    return [line[1:] for line in lines if line.startswith("!")]


def copy_sources(to: Path) -> None:
    leave = shutil.ignore_patterns("__pycache__", "external")
    for name in filter(lambda n: (ROOT / n).exists(), context()):
        (to / name).parent.mkdir(parents=True, exist_ok=True)
        if (ROOT / name).is_dir():
            shutil.copytree(ROOT / name, to / name, ignore=leave)
        else:
            shutil.copy2(ROOT / name, to / name)


def copy_packages(to: Path) -> None:
    """The .venv with links instead of copies, its commands led to its own Python."""
    shutil.copytree(ROOT / ".venv", to / ".venv", symlinks=True, copy_function=os.link)
    for command in (to / ".venv/bin").iterdir():
        if not command.is_symlink() and command.read_bytes().startswith(b"#!"):
            text = command.read_text().replace(str(ROOT / ".venv"), str(to / ".venv"))
            command.unlink()
            command.write_text(text)
            command.chmod(0o755)


def run(folder: Path, *command: str) -> None:
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.fixture(scope="module")
def image(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder that becomes /app of the container, at the path where it was built, as there."""
    base = tmp_path_factory.mktemp("container")
    app, assembled = base / "app", base / "image"
    app.mkdir()
    copy_sources(app)
    copy_packages(app)
    run(app, "infra/steps/media-server.sh", "bin")
    run(app, "scripts/build")
    run(app, "infra/steps/assemble.sh", str(assembled))
    shutil.rmtree(app)
    assembled.rename(app)
    return app


def environment(image: Path, data: Path) -> dict[str, str]:
    ports = {name: str(free_port()) for name in ("PORT", "LIVEKIT_PORT", "LIVEKIT_TCP_PORT")}
    return {
        "PATH": "/usr/local/bin:/usr/bin:/bin",
        "HOME": str(data),
        "DONFRA_DATA_DIR": str(data),
        "LIVEKIT_SERVER_BIN": str(image / "bin/livekit-server"),
        "LIVEKIT_UDP_PORT": str(free_port()),
        **ports,
    }


def files_of(folder: Path) -> set[str]:
    return {str(p.relative_to(folder)) for p in folder.rglob("*") if "__pycache__" not in str(p)}


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("data")


@contextmanager
def app_running(image: Path, data: Path) -> Iterator[dict[str, str]]:
    """The environment of the app while it runs; it and its media server are gone afterwards."""
    env = environment(image, data)
    with running(["scripts/serve", "--built"], data / "app.log", cwd=image, env=env) as app:
        wait_for(f"http://127.0.0.1:{env['PORT']}/ping", app, 60)
        yield env
    stop = subprocess.run(["scripts/stop"], cwd=image, env=env, capture_output=True, text=True)
    assert stop.returncode == 0, stop.stderr


@pytest.fixture(scope="module")
def started(image: Path, data: Path) -> Iterator[dict[str, str]]:
    before = files_of(image)
    with app_running(image, data) as env:
        yield env
    assert files_of(image) == before, (
        "the container's /app is not writable: everything goes to the data folder"
    )


def test_pages_are_served_prebuilt(started: dict[str, str]) -> None:
    page = httpx.get(f"http://127.0.0.1:{started['PORT']}/live/", headers={"Accept-Encoding": "br"})
    assert page.status_code == 200
    assert "<html" in page.text


def test_its_health_check_passes_with_database_and_media_server(image: Path, started: dict[str, str]) -> None:
    end = time.monotonic() + 20
    check = ["infra/steps/healthy.sh"]
    while subprocess.run(check, cwd=image, env=started, capture_output=True).returncode:
        assert time.monotonic() < end, "still not healthy after 20 s"
        time.sleep(0.2)


def test_its_health_check_fails_where_nothing_answers(image: Path) -> None:
    env = {"PATH": "/usr/bin:/bin", "PORT": str(free_port())}
    assert subprocess.run(["infra/steps/healthy.sh"], cwd=image, env=env, capture_output=True).returncode


def work_of_a_start(image: Path, data: Path) -> float:
    """Processor seconds."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    env = environment(image, data)
    with running(["scripts/serve", "--built"], data / "app.log", cwd=image, env=env) as app:
        wait_for(f"http://127.0.0.1:{env['PORT']}/ping", app, 60)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run(["scripts/stop"], cwd=image, env=env, capture_output=True)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def test_it_starts_with_little_work(image: Path, tmp_path: Path) -> None:
    with app_running(image, tmp_path):
        pass  # the first start makes keys and tables
    # Neighbours on the machine's caches only ever add to it: the least of three is its own.
    least = min(work_of_a_start(image, tmp_path) for _ in range(3))
    assert least < START_AND_STOP
