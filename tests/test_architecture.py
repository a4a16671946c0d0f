"""What the import contracts in pyproject.toml cannot say about the code's shape."""

import ast
import tomllib
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
PACKAGE = ROOT / "donfra_live"
MODULES = sorted(p for p in PACKAGE.rglob("*.py") if "__pycache__" not in p.parts)
QUERIES = {"select", "update", "delete", "insert"}


def tree_of(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


def places(paths: list[Path], found: Callable[[ast.AST], bool]) -> list[str]:
    """`module:line` of every node for which `found(node)` is true."""
    return [
        f"{path.relative_to(ROOT)}:{getattr(node, 'lineno', 0)}"
        for path in paths
        for node in ast.walk(tree_of(path))
        if found(node)
    ]


def is_query(node: ast.AST) -> bool:
    """`select(...)`, `sqlmodel.select(...)`, or the import of such a function from the database libraries."""
    if isinstance(node, ast.ImportFrom):
        return node.module in {"sqlmodel", "sqlalchemy"} and bool(QUERIES & {a.name for a in node.names})
    return isinstance(node, ast.Call) and ast.unparse(node.func) in {
        "select",
        "sqlmodel.select",
        "sqlalchemy.select",
    }


def is_environment(node: ast.AST) -> bool:
    if isinstance(node, ast.ImportFrom):
        return node.module == "os" and bool({"environ", "getenv"} & {a.name for a in node.names})
    return (
        isinstance(node, ast.Attribute)
        and node.attr in {"environ", "getenv", "environb"}
        and isinstance(node.value, ast.Name)
        and node.value.id == "os"
    )


def variables_read(path: Path) -> Iterator[str]:
    """Names of variables that are looked up one by one; handing the environment on names none."""
    for node in ast.walk(tree_of(path)):
        if isinstance(node, ast.Subscript) and is_environment(node.value) and isinstance(node.ctx, ast.Load):
            keys = [node.slice]
        elif isinstance(node, ast.Call) and any(map(is_environment, ast.walk(node.func))):
            keys = node.args[:1]
        else:
            continue
        yield from (key.value for key in keys if isinstance(key, ast.Constant))


def test_only_repositories_query() -> None:
    others = [p for p in MODULES if p.name != "repository.py"]
    assert not places(others, is_query), "queries live in a feature's repository.py"


def test_only_settings_read_the_environment() -> None:
    others = [p for p in MODULES if p.name != "settings.py" and "livekit_server" not in p.parts]
    assert not places(others, is_environment), "settings.py alone reads the environment"


def test_the_media_server_only_hands_the_environment_on() -> None:
    modules = [p for p in MODULES if "livekit_server" in p.parts]
    looked = {name for path in modules for name in variables_read(path)}
    # Where the system keeps caches is no setting of ours, nor is what Go is told, to which we add a word.
    assert looked <= {"XDG_CACHE_HOME", "GOFLAGS"}, (
        "a child process gets os.environ; what we need of it is a setting"
    )


def test_nobody_prints_but_a_command_line() -> None:
    def prints(node: ast.AST) -> bool:
        return isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "print"

    assert not places([p for p in MODULES if p.name != "__main__.py"], prints), "use logging"


@pytest.mark.parametrize("path", MODULES, ids=lambda p: p.relative_to(PACKAGE).as_posix())
def test_a_module_says_what_it_owns(path: Path) -> None:
    tree = tree_of(path)
    if tree.body:
        text = ast.get_docstring(tree)
        assert text, "the module opens with a docstring: what it owns, and why"
        assert len(text.splitlines()) <= 8, "a few lines say enough; the rest belongs into docs/"


def test_the_composition_root_stays_small() -> None:
    root = PACKAGE / "donfra_live.py"
    assert len(root.read_text(encoding="utf-8").splitlines()) <= 100, "no logic in donfra_live.py"


def test_every_feature_is_under_contract() -> None:
    features = {f"donfra_live.{p.parent.name}" for p in PACKAGE.glob("*/service.py")}
    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]["contracts"]
    inside = next(c for c in contracts if c["type"] == "layers")
    without = next(c for c in contracts if c["name"].startswith("Features know nothing"))
    assert features <= set(inside["containers"])
    assert features <= set(without["source_modules"])
