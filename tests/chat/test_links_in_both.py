"""What in a message is a link is the same in the room, by JavaScript, and in the archive, by Python."""

import json
import random
import re
import subprocess
from pathlib import Path

from donfra_live.chat.rules import pieces
from tests.bun import BUN

PART = Path(__file__).parents[2] / "donfra_live" / "ui" / "room" / "web_links.js"
# Each link stands between ⟦ and ⟧, which are not of the text.
MARKED = [
    "no link",
    "⟦https://example.org⟧",
    "⟦HTTPS://EXAMPLE.ORG⟧!",
    "x⟦https://example.org⟧",
    "see ⟦http://example.org/a?b=c#d⟧, and ⟦https://b.example⟧.",
    "⟦https://a.example⟧\n⟦https://b.example⟧",
    "⟦https://a.example⟧,⟦https://b.example⟧;⟦https://c.example⟧:⟦https://d.example⟧",
    # what stands around it
    "Is it ⟦https://example.org/⟧?",
    "⟦https://example.org/⟧...!?…",
    "«⟦https://example.org⟧» “⟦https://example.org/a⟧” '⟦https://example.org⟧' *⟦https://example.org⟧*",
    '<a href="⟦https://example.org⟧">x</a>',
    "⟦https://example.org/⟧{a}|b `⟦https://example.org/⟧` ⟦https://example.org/a⟧^2",
    # brackets
    "(⟦https://example.org/wiki/A_(b)⟧) [⟦https://example.org/a[1]⟧] (⟦https://example.org⟧)",
    "[text](⟦https://example.org⟧)",
    "⟦https://example.org/" + "(" * 500 + ")" * 500 + "⟧" + ")" * 500,
    # hosts
    "⟦http://localhost:8080/live⟧ ⟦http://192.168.1.7/⟧ ⟦http://[::1]:8080/⟧ ⟦https://a_b.example⟧",
    "http://[ http://[::1 http://[]/ http://[fe80::1%25eth0]/ http://[example.org]/",
    "⟦https://münchen.example/straße⟧ ⟦https://例え.テスト/あ⟧ ⟦https://i❤.ws⟧ ⟦https://例え。テスト⟧",
    "⟦https://xn--mnchen-3ya.example⟧ ⟦https://1.2.3.4.5⟧ ⟦https://ex⟧%41mple.org",
    "⟦https://a.example:443/⟧ ⟦https://b.example⟧:http ⟦https://c.example⟧:123456 ⟦https://d.example⟧:/",
    "https:// https://@ https://. https://… https://? https:///example.org https://?x https://#x https://:80",
    "http:example.org https:/example.org www.example.org anna@example.org",
    # who hides behind a name
    "https://bank.example@evil.example/ https://bank.example:pw@evil.example https://bank.example!@evil.example",
    "https://@evil.example https://%@evil.example https://a@b@evil.example",
    "⟦https://example.org/@anna⟧ ⟦https://example.org?@anna⟧ ⟦https://example.org#@anna⟧",
    r"⟦https://bank.example⟧\@evil.example https:\\bank.example",
    # what leads elsewhere than to the web
    "javascript:alert(1) javascript://alert(1) data:text/html,x ftp://example.org //example.org mailto:a@b",
    "JAVASCRIPT:⟦https://example.org⟧ blob:⟦https://example.org/1⟧",
    "http\u017f://example.org",
    # what cannot be seen
    "⟦https://example.org/⟧\ufeffa ⟦https://a.example⟧\u00a0b ⟦https://b.example⟧\u3000c",
    "⟦https://example.org/a⟧\u2028b ⟦https://b.example⟧\u2003c ⟦https://c.example⟧\u0085d",
    "⟦https://exam⟧\u001cple.org ⟦https://example.org/⟧\u007fa ⟦https://exam\u200dple.org/\u00ada⟧",
    "⟦https://example.org/😀⟧ 👍⟦https://😀.example👍⟧",
    # long
    "⟦https://example.org/" + "a" * 1980 + "⟧",
    "⟦https://" + "a." * 899 + "a⟧.",
    "⟦https://https⟧://" * 125,
    "⟦https://ahttps⟧://a" * 100,
]
SIGNS = ["https://", "http://", "HTTP://", "example", ":8"]
SIGNS += 'a1.,:/?#@()[]%-_! \n"\\^~éß\u017f\u212aİ。😀\u200b\ufeff\x85\xa0…»'
SCRIPT = """
const [part, texts] = JSON.parse(await Bun.stdin.text());
const { pieces } = await import(part);
console.log(JSON.stringify(texts.map((text) => pieces(text).map(({ text, href }) => [text, href]))));
"""
Pieces = list[tuple[str, str]]


def in_the_room(texts: list[str]) -> list[Pieces]:
    done = subprocess.run(
        [BUN, "-e", SCRIPT],
        input=json.dumps([str(PART), texts]),
        capture_output=True,
        encoding="utf-8",
        check=True,
    )
    return [[(text, href) for text, href in found] for found in json.loads(done.stdout)]


def in_the_archive(texts: list[str]) -> list[Pieces]:
    return [[(piece.text, piece.href) for piece in pieces(text)] for text in texts]


def test_both_find_the_links_that_a_reader_would() -> None:
    texts = [re.sub("[⟦⟧]", "", marked) for marked in MARKED]
    for found in (in_the_archive(texts), in_the_room(texts)):
        assert ["".join(f"⟦{text}⟧" if href else text for text, href in one) for one in found] == MARKED
        assert all(href in {"", text} for one in found for text, href in one)


def test_both_find_the_same_in_whatever_is_written() -> None:
    chance = random.Random(7)
    texts = ["".join(chance.choices(SIGNS, k=chance.randint(1, 12))) for _ in range(20_000)]
    texts += ["https://" + "".join(chance.choices(SIGNS, k=5)) for _ in range(20_000)]
    room, archive = in_the_room(texts), in_the_archive(texts)
    assert sum(bool(href) for one in room for _, href in one) > 10_000
    assert ["".join(text for text, _ in one) for one in room] == texts, "not a letter is lost"
    assert [(one, other) for one, other in zip(room, archive, strict=True) if one != other] == []
