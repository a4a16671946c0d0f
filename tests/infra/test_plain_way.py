"""The plain way of the README: a virtual environment, requirements.txt, `reflex run`; up, and gone on Ctrl-C.

And the main job in two browsers after `make run`, which is how people try it first. In a copy of what git
knows. The environment is a new one with links to those of our packages that requirements.txt asks for,
directly or not: installing them again would take minutes and show only that pip works, while a package that
only requirements-dev.txt names is missing here as it is for users.
"""

import contextlib
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from importlib.metadata import Distribution, distribution
from pathlib import Path

import httpx
import pytest
from packaging.requirements import Requirement
from playwright.sync_api import Error, sync_playwright

from bench.chromium import SWITCHES, find_chromium
from donfra_live.browser_key import COOKIE
from donfra_live.livekit_server.binary import cache_folder
from donfra_live.settings import Settings
from tests.audit import audited, strangers
from tests.browser.conftest import FAKE_DEVICES
from tests.browser.person import Person
from tests.infra.servers import wait_for
from tests.ports import free_port

pytestmark = [
    pytest.mark.livekit,
    pytest.mark.timeout(400),
    pytest.mark.skipif(sys.platform != "linux", reason="looks into /proc"),
]
ROOT = Path(__file__).parents[2]
SHARED = {"livekit"}  # of livekit, which only tests need, and of livekit-api
MEDIA_SERVER = ("donfra_live.livekit_server", "livekit-server")


def asked_for(wanted: Requirement, found: dict[str, Distribution]) -> None:
    """Fills `found` with the package and all that it needs here."""
    known = f"{wanted.name} {sorted(wanted.extras)}"
    if known in found:
        return
    found[known] = package = distribution(wanted.name)
    assert wanted.specifier.contains(package.version), f"scripts/setup again: {wanted}"
    environments = [{"extra": extra} for extra in wanted.extras or {""}]
    for need in map(Requirement, package.requires or []):
        if need.marker is None or any(need.marker.evaluate(e) for e in environments):
            asked_for(need, found)


def parts_of(package: Distribution) -> set[str]:
    """What it adds to site-packages: its modules, folders, and commands as ../../../bin/name.

    Folders that other packages add to as well are named by the files in them.
    """
    files = [str(file) for file in package.files or [] if "__pycache__" not in str(file)]
    return {file if file.split("/")[0] in {"..", *SHARED} else file.split("/")[0] for file in files}


def link(package: Distribution, environment: Path) -> None:
    """Modules as links; commands as copies that start the new environment's Python."""
    (packages,) = environment.glob("lib/python3*/site-packages")
    for part in parts_of(package):
        original, here = Path(str(package.locate_file(part))), Path(os.path.normpath(packages / part))
        here.parent.mkdir(parents=True, exist_ok=True)
        if here.parent == environment / "bin":
            here.write_bytes(
                re.sub(rb"\A#!.*", f"#!{environment}/bin/python".encode(), original.read_bytes())
            )
            here.chmod(0o755)
        elif not here.exists():
            here.symlink_to(original)


def install(requirements: Path, environment: Path) -> None:
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", environment], check=True)
    found: dict[str, Distribution] = {}
    for line in requirements.read_text().splitlines():
        if line and not line.startswith("#"):
            asked_for(Requirement(line), found)
    for package in found.values():
        link(package, environment)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    folder = tmp_path_factory.mktemp("plain") / "donfra"
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    for name in filter(lambda name: (ROOT / name).is_file(), listed.stdout.splitlines()):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(ROOT / name, folder / name)
    install(folder / "requirements.txt", folder / ".venv")
    stamp = (
        ". scripts/lib.sh; hash_of requirements.txt requirements-dev.txt >.venv/installed-requirements.txt"
    )
    subprocess.run(["bash", "-c", stamp], cwd=folder, check=True)
    yield folder
    shutil.rmtree(folder / ".web", ignore_errors=True)  # some hundred MB


def environment(folder: Path) -> dict[str, str]:
    """As after `. .venv/bin/activate`, on free ports, with an unused home and the cache that is there."""
    outside = {name.upper() for name in Settings.model_fields}
    kept = {name: value for name, value in os.environ.items() if name not in outside}
    kept |= {"HOME": str(home_of(folder)), "XDG_CACHE_HOME": str(cache_folder().parent)}
    names = ("PORT", "PAGES_PORT", "LIVEKIT_PORT", "LIVEKIT_TCP_PORT", "LIVEKIT_UDP_PORT")
    path = os.pathsep.join([str(folder / ".venv/bin"), os.environ["PATH"]])
    return kept | audited(folder.parent) | {name: str(free_port()) for name in names} | {"PATH": path}


def home_of(folder: Path) -> Path:
    home = folder.parent / "home"
    home.mkdir(exist_ok=True)
    return home


def running_in(folder: Path) -> list[str]:
    """Command lines of processes that work in this folder or come from it."""
    return list(processes_of(folder).values())


def processes_of(folder: Path) -> dict[str, str]:
    """The same by process id."""
    found = {}
    for process in Path("/proc").glob("[0-9]*"):
        try:
            command = (process / "cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
            where = os.readlink(process / "cwd")
        except OSError:
            continue
        if command and (where.startswith(str(folder)) or str(folder) in command):
            found[process.name] = command
    return found


def is_on_loopback_only(folder: Path, ports: set[str]) -> None:
    """But for sound and picture, see docs/decisions/005-media-for-firefox.md."""
    if not shutil.which("ss"):
        return
    listing = subprocess.run(["ss", "-lntpH"], capture_output=True, text=True, check=True).stdout
    own = processes_of(folder)
    at = {line.split()[3] for line in listing.splitlines() if own.keys() & re.findall(r"pid=(\d+)", line)}
    assert ports <= {address.rpartition(":")[2] for address in at}
    assert {address.rpartition(":")[0] for address in at} <= {"127.0.0.1", "[::1]"}


def without_media_server(commands: list[str]) -> list[str]:
    return [command for command in commands if not any(name in command for name in MEDIA_SERVER)]


def until_healthy(url: str, process: subprocess.Popen[bytes], log: Path) -> None:
    end = time.monotonic() + 300
    answer = "nothing"
    while time.monotonic() < end and process.poll() is None:
        try:
            response = httpx.get(f"{url}/api/health", timeout=5)
            answer = response.text
            if response.status_code == 200:
                return
        except httpx.HTTPError:
            pass
        time.sleep(0.2)
    raise AssertionError(f"not healthy: {answer}\n{log.read_text(errors='replace')[-3000:]}")


def start(command: list[str], folder: Path, env: dict[str, str], log: Path) -> subprocess.Popen[bytes]:
    with log.open("wb") as out:
        process = subprocess.Popen(
            [folder / command[0], *command[1:]],
            cwd=folder,
            env=env,
            stdout=out,
            stderr=out,
            start_new_session=True,
        )
    until_healthy(f"http://localhost:{env['PORT']}", process, log)
    return process


def stop(folder: Path, env: dict[str, str]) -> None:
    done = subprocess.run(["scripts/stop"], cwd=folder, env=env, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr


def test_only_what_users_have_is_there(folder: Path) -> None:
    probe = "import reflex, donfra_live.settings, pytest"
    python = folder / ".venv/bin/python"
    done = subprocess.run([python, "-c", probe], cwd=folder, capture_output=True, text=True)
    assert done.stderr.strip().endswith("No module named 'pytest'")


def media_server(folder: Path) -> dict[str, object]:
    state: dict[str, object] = json.loads((folder / "data/livekit/state.json").read_text())
    return {name: state[name] for name in ("pid", "supervisor_pid", "port", "generation")}


def an_edit_reloads_the_app_and_leaves_the_media_server(folder: Path, app: str) -> None:
    wish = {"title": "Goes on", "owner_name": "Grace"}
    session = httpx.post(f"{app}/api/live/create", json=wish, timeout=30).json()["session_id"]
    before = media_server(folder)
    code = folder / "donfra_live/errors.py"
    code.write_text(code.read_text().replace("There is no session with this ID.", "Edited."))
    end = time.monotonic() + 120
    said = ""
    while "Edited." not in said:
        assert time.monotonic() < end, f"the edit did not come through: {said}"
        with contextlib.suppress(httpx.HTTPError):
            said = httpx.get(f"{app}/api/live/00000000-0000-4000-8000-000000000000", timeout=5).text
        time.sleep(0.2)
    assert media_server(folder) == before
    os.kill(int(str(before["pid"])), 0)  # it is alive
    assert httpx.get(f"{app}/api/live/{session}", timeout=30).json()["status"] == "live"


def stays(one: Person) -> bool:
    """Whether his page has not been loaded again for three seconds."""
    try:
        return bool(one.page.evaluate("Date.now() - (window.seenFirst ??= Date.now()) > 3000"))
    except Error:  # it is being loaded
        return False


def the_main_job_works(pages: str) -> None:
    """Pages and API on two ports, the browser's key fetched by the page: tests/browser tries `make serve`."""
    if not (chromium := find_chromium()):
        return
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=[*SWITCHES, *FAKE_DEVICES])
        host, viewer = (Person(browser.new_context(), pages) for _ in range(2))
        host.page.goto(f"{pages}/live")
        host.until(lambda: any(c["name"] == COOKIE for c in host.context.cookies()), "the browser's key", 60)
        host.until(lambda: stays(host), "the page: Vite loads it again once it has seen what it imports", 60)
        session_id = host.create("In development", "Grace")
        host.go_live()
        viewer.join(f"/live/{session_id}", "Ada")
        viewer.sees_room()
        viewer.sees_pictures(1)
        viewer.hears()
        viewer.writes("Hello")
        host.reads("Hello")
        for one in (host, viewer):
            one.page.reload()
            one.sees_room()
        viewer.sees_pictures(1)
        viewer.reads("Hello")
        host.button("End for everyone").click()
        host.button("End session").click()
        for one in (host, viewer):
            one.is_told("The session has ended")
            assert one.hosts <= {"localhost", "127.0.0.1"}
        assert viewer.was_asked_for() == []
        browser.close()


@pytest.mark.parametrize("mode", ["dev", "prod"])
def test_it_comes_up_and_goes_on_ctrl_c_and_stop_ends_a_killed_one(folder: Path, mode: str) -> None:
    env, log = environment(folder), folder.parent / f"{mode}.log"
    by_hand = [".venv/bin/reflex", "run", "--env", mode]
    process = start(by_hand, folder, env, log)
    try:
        pages = env["PAGES_PORT" if mode == "dev" else "PORT"]
        wait_for(f"http://localhost:{pages}/live", process, 60)
        assert "<html" in httpx.get(f"http://localhost:{pages}/live", timeout=30).text
        if mode == "dev":
            an_edit_reloads_the_app_and_leaves_the_media_server(folder, f"http://localhost:{env['PORT']}")
        os.killpg(process.pid, signal.SIGINT)  # as a terminal does it
        process.wait(30)
        assert without_media_server(running_in(folder)) == []
        assert any("livekit-server" in command for command in running_in(folder)), "it waits to be adopted"
        assert "Traceback" not in log.read_text(errors="replace")

        process = start(["scripts/run"] if mode == "dev" else ["scripts/serve", "--built"], folder, env, log)
        assert f": http://localhost:{pages}/live\n" in log.read_text(errors="replace")
        wait_for(f"http://localhost:{pages}/live", process, 60)
        is_on_loopback_only(folder, {pages, env["PORT"], env["LIVEKIT_PORT"]})
        if mode == "dev":
            the_main_job_works(f"http://localhost:{pages}")
        process.kill()
        process.wait()
        assert without_media_server(running_in(folder)), "its children outlive it"
    finally:
        process.kill()
        process.wait()
        stop(folder, env)
    assert running_in(folder) == []
    assert strangers(folder.parent) == []
    assert [str(path) for path in home_of(folder).rglob("*")] == [], (
        "only .venv, data folder and cache are used"
    )
