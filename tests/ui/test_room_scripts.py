"""Parts of the room's scripts that need no browser."""

import json
import re
import subprocess
from pathlib import Path

import pytest

from donfra_live.chat.repository import PAGE
from tests.bun import BUN

ROOM = Path(__file__).parents[2] / "donfra_live" / "ui" / "room"
ACT, SAID = ROOM / "act.js", ROOM / "said.js"
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


def run(tmp_path: Path, script: str, part: Path, given: object) -> str:
    """What the script prints, which gets the part's address and what is given."""
    (tmp_path / "run.mjs").write_text(script, encoding="utf-8")
    command = [BUN, "run.mjs", str(part), json.dumps(given)]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


def told(tmp_path: Path, *said: tuple[int, dict[str, object]]) -> list[list[object]]:
    """What each question got, in the order of the answers."""
    found: list[list[object]] = json.loads(run(tmp_path, QUESTIONS, ACT, said))
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


# What each line of the log says, one after the other.
LINES = """
const { said } = await import(process.argv[2]);
console.log(JSON.stringify(JSON.parse(process.argv[3]).map((line) => said(...line))));
"""
WRITES = re.compile(r'(?<!outbox\.)\b(?:record|record_outsider|record_app|note)\(\s*db,[^()]*?"([a-z ]+)"')
SOURCES = SAID.parents[2].rglob("*.py")


def lines(tmp_path: Path, *given: tuple[str, str, str, str]) -> list[dict[str, str]]:
    found: list[dict[str, str]] = json.loads(run(tmp_path, LINES, SAID, given))
    return found


def test_every_act_that_is_written_into_the_log_has_words(tmp_path: Path) -> None:
    acts = sorted({act for file in SOURCES for act in WRITES.findall(file.read_text(encoding="utf-8"))})
    assert {"plan", "cancel", "settings", "record", "export", "observe"} <= set(acts)
    shown = lines(tmp_path, *(("Ada", act, "Bob", "") for act in acts))
    as_stored = [act for act, line in zip(acts, shown, strict=True) if line["does"].strip() == act]
    assert as_stored == ["took over as host"], "which are words"


def test_a_changed_plan_is_told_in_words(tmp_path: Path) -> None:
    (line,) = lines(tmp_path, ("Ada", "plan", "", "title, starts_at, duration_minutes"))
    assert (line["does"], line["more"]) == ("changed the plan", "title, start, length")


@pytest.mark.parametrize(
    ("share", "link"),
    [("", "http://localhost:8080/live/1"), ("https://live.example", "https://live.example/live/1")],
)
def test_a_link_to_give_on(tmp_path: Path, share: str, link: str) -> None:
    script = """
    globalThis.location = { origin: "http://localhost:8080" };
    globalThis.sessionStorage = globalThis.localStorage = { getItem: () => null, setItem: () => {} };
    globalThis.document = { documentElement: { dataset: {} } };
    const { hooks, linkTo } = await import(process.argv[2]);
    hooks.share = process.argv[3];
    console.log(linkTo("/live/1"));
    """
    (tmp_path / "run.mjs").write_text(script, encoding="utf-8")
    done = subprocess.run(
        [BUN, "run.mjs", str(ACT.with_name("store.js")), share],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.stdout.strip() == link, done.stderr


# The whole chat as the room asks for it, of a server that has so many messages and gives some at once.
HISTORY = """
globalThis.sessionStorage = globalThis.localStorage = { getItem: () => null, setItem: () => {} };
const [many, atOnce, after] = JSON.parse(process.argv[3]);
let asked = 0;
globalThis.fetch = async (address) => {
  asked += 1;
  const from = Number(new URL(address, "http://localhost").searchParams.get("after"));
  const messages = Array.from({ length: many }, (_, n) => ({ number: n + 1 })).slice(from, from + atOnce);
  return { ok: true, json: async () => ({ messages }) };
};
const { history, merge } = await import(process.argv[2]);
const found = await history("s-1", after);
console.log(JSON.stringify([asked, merge([], found).map((m) => m.number)]));
"""


@pytest.mark.parametrize(
    ("many", "after", "asked"),
    [(0, 0, 1), (3, 0, 1), (PAGE, 0, 2), (PAGE * 2 + 7, 0, 3), (PAGE + 7, PAGE - 50, 1)],
)
def test_who_comes_late_reads_the_whole_chat(tmp_path: Path, many: int, after: int, asked: int) -> None:
    got = json.loads(run(tmp_path, HISTORY, ROOM / "messages.js", [many, PAGE, after]))
    assert got == [asked, list(range(after + 1, many + 1))]


# What a host is told when the browser gives out no camera.
HELP = """
const [secure, error] = JSON.parse(process.argv[3]);
const value = secure ? { mediaDevices: { getUserMedia() {} } } : {};
Object.defineProperty(globalThis, "navigator", { value });
const { explain } = await import(process.argv[2]);
console.log(explain(error, "camera"));
"""


@pytest.mark.parametrize(
    ("error", "words"),
    [
        # as Chromium says it where macOS or Windows keeps it from the camera
        ({"name": "NotAllowedError", "message": "Permission denied by system"}, "system's privacy settings"),
        ({"name": "NotAllowedError", "message": "Permission denied"}, "left of the address bar"),
        ({"name": "SecurityError"}, "left of the address bar"),
        ({"name": "NotFoundError"}, "No camera was found"),
        ({"name": "NotReadableError"}, "Another program"),
        ({"name": "TypeError"}, "could not be opened"),
    ],
)
def test_help_says_who_refuses_the_camera(tmp_path: Path, error: dict[str, str], words: str) -> None:
    assert words in run(tmp_path, HELP, ROOM / "devices.js", [True, error])
    assert "needs https" in run(tmp_path, HELP, ROOM / "devices.js", [False, error])
