"""The size budget that keeps the code readable, and the tool that measures it."""

import importlib.util
import subprocess
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).parent.parent


@pytest.fixture(scope="module")
def sizes() -> ModuleType:
    spec = importlib.util.spec_from_file_location("sizes", ROOT / "scripts/sizes.py")
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def repo(tmp_path: Path) -> Path:
    subprocess.run(["git", "init", "-q", tmp_path], check=True)
    return tmp_path


def function(name: str, lines: int) -> str:
    return f"def {name}():\n" + "    pass\n" * (lines - 1)


def test_everything_is_within_its_budget(sizes: ModuleType) -> None:
    assert sizes.problems(ROOT) == []


def test_a_long_function_is_named_with_its_line(sizes: ModuleType, repo: Path) -> None:
    (repo / "a.py").write_text(function("short", 50) + function("long", 51))
    assert sizes.problems(repo) == ["a.py:51 long: 51 lines, 50 allowed"]


def test_a_page_may_be_longer(sizes: ModuleType, repo: Path) -> None:
    (repo / "app/ui").mkdir(parents=True)
    (repo / "app/ui/page.py").write_text(function("tree", 80) + function("forest", 81))
    assert sizes.problems(repo) == ["app/ui/page.py:81 forest: 81 lines, 80 allowed"]


def test_a_long_file_is_named_and_an_ignored_one_is_not(sizes: ModuleType, repo: Path) -> None:
    (repo / ".gitignore").write_text("built.js\n")
    for name in ("own.js", "built.js"):
        (repo / name).write_text("x\n" * 401)
    assert sizes.problems(repo) == ["own.js: 401 lines, 400 allowed"]
