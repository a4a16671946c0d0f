"""Prints every file and function over the size budget and fails if there is one.

python scripts/sizes.py [FOLDER]
"""

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

FILE_LINES = 400
FUNCTION_LINES = 50
PAGE_LINES = 80  # a function in ui/ that is a page's tree
SUFFIXES = {".py", ".jsx", ".js", ".css"}
ROOT = Path(__file__).parent.parent


def tracked(root: Path) -> list[Path]:
    """Files git knows or would add: what is ignored or built has no budget."""
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard"],
        cwd=root,
        capture_output=True,
        text=True,
        check=True,
    )
    return [root / name for name in sorted(set(listed.stdout.splitlines()))]


def long_functions(tree: ast.AST, limit: int) -> Iterator[tuple[int, str, int]]:
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.end_lineno:
            lines = node.end_lineno - node.lineno + 1
            if lines > limit:
                yield node.lineno, node.name, lines


def over_budget(path: Path, root: Path) -> Iterator[str]:
    name = path.relative_to(root).as_posix()
    text = path.read_text(encoding="utf-8")
    if (lines := len(text.splitlines())) > FILE_LINES:
        yield f"{name}: {lines} lines, {FILE_LINES} allowed"
    if path.suffix == ".py":
        limit = PAGE_LINES if "/ui/" in name else FUNCTION_LINES
        for line, function, lines in long_functions(ast.parse(text), limit):
            yield f"{name}:{line} {function}: {lines} lines, {limit} allowed"


def problems(root: Path) -> list[str]:
    paths = [p for p in tracked(root) if p.suffix in SUFFIXES and p.is_file()]
    return [line for p in paths if "versions" not in p.parts for line in over_budget(p, root)]


if __name__ == "__main__":
    found = problems(Path(sys.argv[1]).resolve() if len(sys.argv) > 1 else ROOT)
    print("\n".join(found), end="\n" if found else "")
    sys.exit(bool(found))
