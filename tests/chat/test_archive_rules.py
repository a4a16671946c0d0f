"""What in a message is a link, and what a search finds."""

import pytest

from donfra_live.chat.rules import fits, pieces


@pytest.mark.parametrize(
    ("text", "links"),
    [
        ("no link", []),
        ("https://example.org", ["https://example.org"]),
        ("see http://example.org/a?b=c#d, and", ["http://example.org/a?b=c#d"]),
        ("(https://example.org/wiki/A_(b))", ["https://example.org/wiki/A_(b)"]),
        ("HTTPS://EXAMPLE.ORG!", ["HTTPS://EXAMPLE.ORG"]),
        ("https://a.example\nhttps://b.example", ["https://a.example", "https://b.example"]),
        ("javascript:alert(1) data:text/html,x ftp://example.org //example.org", []),
        ("https:// https://@ http://[", []),
        ("https://bank.example@evil.example/", []),
        ('<a href="https://example.org">x</a>', ["https://example.org"]),
        ("xhttps://example.org", ["https://example.org"]),
    ],
)
def test_only_web_links_are_links(text: str, links: list[str]) -> None:
    found = pieces(text)
    assert "".join(piece.text for piece in found) == text, "not a letter is lost"
    assert [piece.href for piece in found if piece.href] == links
    assert all(piece.href in {"", piece.text} for piece in found)


def test_all_words_must_be_there() -> None:
    assert fits("ada STRASSE", "Ada", "in der straße".replace("ß", "ss"))
    assert fits("straße", "STRASSE"), "as casefold has it"
    assert not fits("ada bob", "Ada")
    assert fits("", "anything")
