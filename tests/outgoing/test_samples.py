"""The samples of docs/features/webhooks.md, run: they accept what we send and nothing else."""

import json
import re
import subprocess
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from donfra_live.outgoing.delivering import headers_of
from donfra_live.outgoing.service import new_secret
from tests.bun import BUN

PAGE = Path(__file__).parents[2] / "docs" / "features" / "webhooks.md"
BODY = '{"type":"session.created","data":{"title":"Äpfel & Birnen"}}'


def sample(language: str) -> str:
    (found,) = re.findall(rf"```{language}\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL)
    return str(found)


def cases() -> list[tuple[str, dict[str, str], str, bool]]:
    """(secret, headers, body, genuine)"""
    secret, now = new_secret(), datetime.now(UTC)
    good = headers_of("msg_1", BODY, secret, now)
    old = headers_of("msg_1", BODY, secret, datetime.fromtimestamp(time.time() - 600, UTC))
    two = {**good, "webhook-signature": f"v1,AAAA {good['webhook-signature']}"}
    return [
        (secret, good, BODY, True),
        (secret, two, BODY, True),
        (secret, old, BODY, False),
        (new_secret(), good, BODY, False),
        (secret, good, BODY + " ", False),
        (secret, {**good, "webhook-id": "msg_2"}, BODY, False),
        (secret, {**good, "webhook-signature": "v1,AAAA"}, BODY, False),
    ]


def test_the_python_sample() -> None:
    names: dict[str, Any] = {}
    exec(sample("python"), names)  # noqa: S102  (our own page)
    for secret, headers, body, genuine in cases():
        assert names["is_genuine"](secret, headers, body.encode()) == genuine


def test_the_javascript_sample(tmp_path: Path) -> None:
    (tmp_path / "check.mjs").write_text(sample("js"), encoding="utf-8")
    run = 'import { isGenuine } from "./check.mjs"; const cases = JSON.parse(process.argv[2]);'
    run += "console.log(JSON.stringify(cases.map(([s, h, b]) => isGenuine(s, h, b))));"
    (tmp_path / "run.mjs").write_text(run, encoding="utf-8")
    if not BUN.exists():
        pytest.fail("bun, which builds our pages, is not where it was")
    given = json.dumps([case[:3] for case in cases()])
    done = subprocess.run([BUN, "run.mjs", given], cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout) == [case[3] for case in cases()]
