"""What may be an address, what an event looks like, when it is tried again."""

from datetime import UTC, datetime

import pytest
from standardwebhooks import Webhook

from donfra_live.errors import BadInput
from donfra_live.outgoing.delivering import headers_of
from donfra_live.outgoing.rules import (
    LONGEST_PAUSE,
    MOST_TRIES,
    EventKind,
    came_and_went,
    clean_events,
    clean_url,
    is_public,
    pause,
)
from donfra_live.outgoing.service import new_secret


def test_the_vector_of_the_specification() -> None:
    """As published with Standard Webhooks."""
    at = datetime.fromtimestamp(1614265330, UTC)
    secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
    headers = headers_of("msg_p5jXN8AQM9LWM0D4loKWxJek", '{"test": 2432232314}', secret, at)
    assert headers["webhook-id"] == "msg_p5jXN8AQM9LWM0D4loKWxJek"
    assert headers["webhook-timestamp"] == "1614265330"
    assert headers["webhook-signature"] == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="


def test_a_secret_is_one_of_the_library() -> None:
    secret = new_secret()
    assert secret.startswith("whsec_")
    assert secret != new_secret()
    Webhook(secret)


@pytest.mark.parametrize(
    "url",
    [
        "https://lms.example.org/hooks/live",
        "http://lms.example.org:8080/?a=b&c=d",
        "https://93.184.216.34/x",
        "https://[2606:2800:220:1:248:1893:25c8:1946]/",
    ],
)
def test_addresses_that_are_fine(url: str) -> None:
    assert clean_url(f" {url} ", private=False) == url


@pytest.mark.parametrize(
    "url",
    [
        "",
        None,
        7,
        "lms.example.org",
        "ftp://lms.example.org/",
        "javascript:alert(1)",
        "https://",
        "https://user:secret@lms.example.org/",
        "https://lms.example.org/#part",
        "https://lms.example.org/\r\nX: y",
        "https://lms.example.org:99999/",
        "https://lms.example.org/ä",
        "https://lms.example.org/" + "a" * 2000,
    ],
)
def test_no_addresses(url: object) -> None:
    with pytest.raises(BadInput):
        clean_url(url, private=True)


@pytest.mark.parametrize(
    "host", ["127.0.0.1", "localhost", "a.localhost", "localhost.", "10.0.0.7", "[::1]", "169.254.169.254"]
)
def test_addresses_that_the_operator_has_to_allow(host: str) -> None:
    with pytest.raises(BadInput, match="WEBHOOKS_TO_PRIVATE_NETWORKS"):
        clean_url(f"http://{host}/", private=False)
    assert clean_url(f"http://{host}/", private=True)


@pytest.mark.parametrize(
    ("address", "public"),
    [
        ("93.184.216.34", True),
        ("2606:2800:220:1:248:1893:25c8:1946", True),
        ("127.0.0.1", False),
        ("127.8.8.8", False),
        ("0.0.0.0", False),
        ("10.1.2.3", False),
        ("172.16.0.1", False),
        ("192.168.1.1", False),
        ("100.64.0.1", False),
        ("169.254.169.254", False),
        ("224.0.0.1", False),
        ("255.255.255.255", False),
        ("::", False),
        ("::1", False),
        ("fe80::1%eth0", False),
        ("fd00::1", False),
        ("ff02::1", False),
        ("::ffff:127.0.0.1", False),
        ("::ffff:10.0.0.1", False),
        ("64:ff9b::7f00:1", False),
        ("64:ff9b::5db8:d822", True),
        ("2002:7f00:1::", False),
        ("fec0::1", False),
        ("::127.0.0.1", False),
        ("::ffff:0:127.0.0.1", False),
        ("64:ff9b:1::10.0.0.1", False),
        ("3fff::1", False),
        ("5f00::1", False),
    ],
)
def test_which_addresses_are_public(address: str, public: bool) -> None:
    assert is_public(address) == public


def test_pauses_grow_are_spread_and_end() -> None:
    plain = [pause(n, 0.5) for n in range(1, MOST_TRIES)]
    assert plain == [5, 15, 45, 135, 405, 1215, 3645, 10935, LONGEST_PAUSE]
    assert pause(MOST_TRIES, 0.5) is None
    assert [pause(1, 0), pause(1, 1)] == pytest.approx([4, 6])
    assert all((p or 0) <= LONGEST_PAUSE for p in (pause(n, 1) for n in range(1, MOST_TRIES)))


def test_events_are_named_short_or_long() -> None:
    assert clean_events(None) == clean_events([]) == tuple(EventKind)
    assert clean_events(["ended", "session.joined", "ended"]) == (EventKind.JOINED, EventKind.ENDED)
    for wrong in (["begun"], "joined", [7], {"joined": 1}):
        with pytest.raises(BadInput):
            clean_events(wrong)


def test_who_came_and_who_went() -> None:
    assert came_and_went({"a", "b"}, {"b", "c"}) == (["c"], ["a"])
