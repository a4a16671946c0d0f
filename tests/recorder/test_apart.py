"""The app's process stays free of the media libraries: they would slow its start and could take it down."""

import subprocess
import sys

MEDIA = {"av", "PIL", "livekit.rtc"}


def modules_after(what: str) -> set[str]:
    code = f"import sys; {what}; print(*sys.modules)"
    answer = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    return set(answer.stdout.split())


def test_the_app_imports_no_media_library() -> None:
    assert not modules_after("import donfra_live.wiring, donfra_live.recorder.client") & MEDIA


def test_the_recorder_imports_them_and_not_the_app() -> None:
    loaded = modules_after("import donfra_live.recorder.__main__")
    assert loaded >= MEDIA
    assert not loaded & {"sqlmodel", "fastapi", "reflex", "pydantic", "donfra_live.settings"}
