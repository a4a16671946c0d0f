"""The parts of the scripts that decide something: progress, failures, whose process is stopped."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


def bash(code: str, **env: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        ["bash", "-c", f". scripts/lib.sh\n{code}"],
        cwd=ROOT,
        env={**os.environ, **env},
        capture_output=True,
        text=True,
        timeout=60,
    )


def test_a_long_step_says_what_it_does() -> None:
    done = bash('step "Thinking hard" sleep 2.6')
    assert done.returncode == 0
    assert "Thinking hard ... 2 s" in done.stderr


def test_a_short_step_says_nothing() -> None:
    assert bash('step "Blinking" true').stderr == ""


def test_a_failed_step_shows_why_and_stops_the_script() -> None:
    done = bash('step "Falling" bash -c "echo the reason; exit 3"\necho went on')
    assert done.returncode == 1
    assert "the reason" in done.stderr
    assert "Falling: failed" in done.stderr
    assert "went on" not in done.stdout


@pytest.mark.parametrize("content", ["", "1", "rubbish", "1; echo"])
def test_somebody_elses_process_is_not_ours(tmp_path: Path, content: str) -> None:
    (tmp_path / "app.pid").write_text(content)
    done = bash('our_process "$FILE" || echo no', FILE=str(tmp_path / "app.pid"))
    assert done.stdout.strip() == "no"


def test_a_process_of_this_folder_is_ours(tmp_path: Path) -> None:
    own = subprocess.Popen([ROOT / ".venv/bin/python", "-c", "input()"], stdin=subprocess.PIPE)
    try:
        (tmp_path / "app.pid").write_text(f"{own.pid}\n")
        done = bash('our_process "$FILE"', FILE=str(tmp_path / "app.pid"))
        assert done.stdout.strip() == str(own.pid)
    finally:
        own.communicate()


def test_what_is_not_python_3_11_is_not_taken(tmp_path: Path) -> None:
    (tmp_path / "python3").write_text("#!/bin/sh\nexit 1\n")
    (tmp_path / "python3").chmod(0o755)
    done = subprocess.run(
        [
            "bash",
            "-c",
            f'eval "$(sed -n "/^is_new_enough/p" {ROOT}/scripts/setup)"; is_new_enough "$0"',
            tmp_path / "python3",
        ],
        capture_output=True,
    )
    assert done.returncode == 1


@pytest.mark.parametrize(
    ("env", "expected"),
    [
        ({"HOST": "127.0.0.1"}, ["http://localhost:8123/live"]),
        ({"HOST": "192.0.2.7"}, ["http://192.0.2.7:8123/live", "https://"]),
        ({"HOST": "0.0.0.0", "PUBLIC_URL": "https://live.example.org"}, ["https://live.example.org/live"]),
    ],
)
def test_the_start_says_the_address(env: dict[str, str], expected: list[str]) -> None:
    said = subprocess.run(
        [sys.executable, "scripts/settings.py"],
        cwd=ROOT,
        env={**os.environ, "PUBLIC_URL": "", **env, "PORT": "8123"},
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    assert all(words in said for words in expected)


def test_a_wrong_setting_stops_setup_words_first() -> None:
    done = bash("read_settings; echo went on", PORT="ninety")
    assert done.returncode != 0
    assert "PORT" in done.stderr
    assert "went on" not in done.stdout
