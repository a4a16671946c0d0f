"""Parts of the room's scripts that need no browser."""

import json
import subprocess
from pathlib import Path

from tests.bun import BUN

ACT = Path(__file__).parents[2] / "donfra_live" / "ui" / "room" / "act.js"
# Three questions, answered in the order that the test gives.
QUESTIONS = """
const { inTurn } = await import(process.argv[2]);
const ask = inTurn(), tell = [], told = [];
const question = () => new Promise((resolve) => tell.push(resolve));
const asked = [1, 2, 3].map((n) => ask(question).then((answer) => told.push([n, answer])));
for (const [n, said] of JSON.parse(process.argv[3])) {
  tell[n - 1](said);
  await asked[n - 1];
}
console.log(JSON.stringify(told));
"""


def told(tmp_path: Path, *said: tuple[int, dict[str, object]]) -> list[list[object]]:
    """What each question got, in the order of the answers."""
    (tmp_path / "run.mjs").write_text(QUESTIONS, encoding="utf-8")
    command = [BUN, "run.mjs", str(ACT), json.dumps(said)]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    found: list[list[object]] = json.loads(done.stdout)
    return found


def yes(answer: str) -> dict[str, object]:
    return {"ok": True, "answer": answer}


def test_an_answer_that_comes_late_does_not_count(tmp_path: Path) -> None:
    got = told(tmp_path, (2, yes("Bob waits")), (1, yes("nobody waits")), (3, yes("Bob and Carol wait")))
    assert got == [[2, "Bob waits"], [1, None], [3, "Bob and Carol wait"]]


def test_a_refusal_does_not_make_an_earlier_answer_late(tmp_path: Path) -> None:
    refused: dict[str, object] = {"ok": False, "sentence": "The server does not answer."}
    got = told(tmp_path, (2, refused), (1, yes("Bob waits")), (3, yes("nobody waits")))
    assert got == [[2, None], [1, "Bob waits"], [3, "nobody waits"]]
