"""Documents against the code: settings, routes, commands; a document that lies fails here."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from donfra_live.errors import DonfraError
from donfra_live.live_sessions.roles import Permission, Role, may
from donfra_live.settings import Settings
from tests.test_routes import routes

ROOT = Path(__file__).parent.parent


def text(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


def test_the_table_of_roles_is_the_codes() -> None:
    table = re.findall(r"^\| (\w+) \|(.*)\|$", text("docs/features/roles.md"), re.MULTILINE)
    written = {name: [cell.strip() == "yes" for cell in cells.split("|")] for name, cells in table}
    assert written == {p.value: [may(role, p) for role in Role] for p in Permission}


def test_every_setting_is_documented_with_its_default_and_meaning() -> None:
    rows = dict(re.findall(r"^\| `([A-Z0-9_]+)` \| (.*) \|$", text("docs/configuration.md"), re.MULTILINE))
    assert set(rows) == {name.upper() for name in Settings.model_fields}
    for name, field in Settings.model_fields.items():
        given = "" if field.default in ("", ()) else str(field.default)
        shown = given.lower() if isinstance(field.default, bool) else given
        assert rows[name.upper()] == f"{f'`{shown}`' if shown else ''} | {field.description}"


def test_every_route_is_documented_and_no_other() -> None:
    documented = set(re.findall(r"^\| `([A-Z]+ /api/[^`]+)` \|", text("docs/api.md"), re.MULTILINE))
    assert documented == routes()


def test_every_refusal_is_documented() -> None:
    table = text("docs/api.md").split("## Errors")[1]
    for kind in DonfraError.__subclasses__():
        codes = {kind.code, *(k.code for k in kind.__subclasses__())} - {"wrong_state"}
        for code in codes:
            assert re.search(rf"\| {kind.status_code} \|[^\n]*`{code}`", table), code


@pytest.mark.parametrize("document", ["README.md", "SECURITY.md", "docs/running.md", "docs/configuration.md"])
def test_every_variable_named_exists(document: str) -> None:
    settings = {name.upper() for name in Settings.model_fields}
    others = "".join(text(name) for name in ("infra/env.example", "infra/Caddyfile", "scripts/start.py"))
    named = set(re.findall(r"\b[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+\b", text(document)))
    assert named
    assert not {name for name in named - settings if name not in others}


@pytest.mark.parametrize("document", ["README.md", "CONTRIBUTING.md", "docs/running.md"])
def test_every_make_target_named_exists(document: str) -> None:
    targets = set(re.findall(r"\.PHONY: (.*)", text("Makefile"))[0].split())
    named = set(
        re.findall(r"\bmake ([a-z]+)\b", "\n".join(re.findall(r"`[^`]+`|```.*?```", text(document), re.S)))
    )
    assert named <= targets


def test_make_only_calls_the_scripts_and_ci_only_make() -> None:
    recipe = [line.strip() for line in text("Makefile").splitlines() if line.startswith("\t")]
    assert recipe == ["@scripts/$@ $(ARGS)"]
    for target in re.findall(r"\.PHONY: (.*)", text("Makefile"))[0].split():
        assert os.access(ROOT / "scripts" / target, os.X_OK), target
    assert text(".ci/run").splitlines()[3:] == ["make check && make test"]


def test_links_between_documents_lead_somewhere() -> None:
    for document in [*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")]:
        for target in re.findall(r"\]\(([^)#:]+)\)", document.read_text(encoding="utf-8")):
            assert (document.parent / target).exists(), f"{document.name}: {target}"


@pytest.mark.parametrize("name", ["backup", "restore"])
def test_the_options_of_backup_and_restore_are_documented_and_no_others(name: str) -> None:
    act = {"backup": "make", "restore": "restore"}[name]
    command = [sys.executable, "-m", "donfra_live.backup", act, "--help"]
    told = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout
    guide = text("docs/running.md").split("## Backup and restore")[1].split("\n## ")[0]
    rows = " ".join(re.findall(rf"^\| `scripts/{name}([^`]*)` \|", guide, re.MULTILINE))
    options = set(re.findall(r"--[a-z-]+", told)) - {"--help"}
    assert set(re.findall(r"--[a-z-]+", rows)) == options
    assert set(re.findall(r"--[a-z-]+", text(f"scripts/{name}"))) - {"--from", "--no-livekit"} == options
    for given in re.findall(rf"scripts/{name}\b([^`|&\n]*)", guide):
        assert set(re.findall(r"--[a-z-]+", given)) <= options
