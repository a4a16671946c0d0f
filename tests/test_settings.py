"""Settings: wrong values stop the start with name, what was expected, what was given."""

from pathlib import Path
from typing import Any

import pytest

from donfra_live.settings import Settings, WrongSettings, get_settings, lan_address


@pytest.mark.parametrize(
    ("name", "value", "expected"),
    [
        ("PORT", "eighty", "integer"),
        ("PORT", "70000", "65535"),
        ("PUBLIC_URL", "live.example.org", "https://live.example.org"),
        ("PUBLIC_URL", "wss://live.example.org", "https://live.example.org"),
        ("PUBLIC_URL", "https://example.org/live", "without a path"),
        ("ALLOWED_ORIGINS", "live.example.org", "https://live.example.org"),
        ("ALLOWED_ORIGINS", "*", "https://live.example.org"),
        ("HOST", "0.0.0.0:8080", "without a port"),
        ("HOST", "http://localhost", "without a port"),
        ("LIVEKIT_NODE_IP", "live.example.org", "IP address"),
        ("TRUSTED_PROXIES", "10.0.0.0/99", "network"),
        ("TOKEN_SECONDS", "86400", "600"),
    ],
)
def test_a_wrong_value_is_named_with_what_was_expected_and_given(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str, expected: str
) -> None:
    monkeypatch.setenv(name, value)
    get_settings.cache_clear()
    with pytest.raises(WrongSettings) as stopped:
        get_settings()
    message = str(stopped.value)
    assert name in message
    assert value in message
    assert expected in message


@pytest.mark.parametrize(
    ("name", "value", "expected"),
    [
        ("LIVEKIT_API_SECRET", "hunter2", "32 characters"),
        ("DATABASE_URL", "mysql://donfra:hunter2@localhost/donfra", "postgresql://"),
        ("DATABASE_URL", "hunter2", "sqlite:///"),
        ("DATABASE_URL", "sqlite://", "sqlite:///"),
        ("REDIS_URL", "http://:hunter2@localhost", "redis://"),
    ],
)
def test_a_wrong_value_that_holds_a_secret_is_refused_and_not_repeated(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str, expected: str
) -> None:
    monkeypatch.setenv(name, value)
    get_settings.cache_clear()
    with pytest.raises(WrongSettings) as stopped:
        get_settings()
    assert name in str(stopped.value)
    assert expected in str(stopped.value)
    assert "hunter2" not in str(stopped.value)


@pytest.mark.parametrize(
    "url",
    [
        "postgresql://donfra:p#ss@localhost/donfra",
        "postgres://localhost:5432/donfra",
        "postgresql+asyncpg:///donfra?host=/tmp",
        "sqlite:///data/donfra.db",
        "sqlite:////var/lib/donfra.db",
    ],
)
def test_every_way_to_write_a_database_is_taken(url: str) -> None:
    assert Settings(database_url=url).database_url == url


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        ({"RECORDER": "egress"}, "RECORDER=egress needs LIVEKIT_SERVER_URL"),
        ({"EGRESS_FOLDER": "/out"}, "EGRESS_FOLDER needs RECORDER=egress"),
        ({"EGRESS_FOLDER": "out"}, "begins with /"),
        ({"LIVEKIT_SERVER_URL": "ws://media.example.org"}, "needs LIVEKIT_API_KEY and LIVEKIT_API_SECRET"),
        (
            {"LIVEKIT_SERVER_URL": "ws://media.example.org", "LIVEKIT_API_SECRET": "hunter2" * 5},
            "needs LIVEKIT_API_KEY and LIVEKIT_API_SECRET",
        ),
        ({"RECORDER": "remote"}, "'local' or 'egress'"),
        ({"S3_BUCKET": "films"}, "S3_BUCKET needs S3_ACCESS_KEY and S3_SECRET_KEY"),
        ({"S3_BUCKET": "films", "S3_SECRET_KEY": "hunter2"}, "S3_BUCKET needs S3_ACCESS_KEY"),
        ({"S3_SECRET_KEY": "hunter2"}, "S3_SECRET_KEY needs S3_BUCKET"),
        ({"S3_ACCESS_KEY": "hunter2"}, "S3_ACCESS_KEY needs S3_BUCKET"),
        ({"S3_ENDPOINT": "http://127.0.0.1:9"}, "S3_ENDPOINT needs S3_BUCKET"),
        ({"S3_PREFIX": "films"}, "S3_PREFIX needs S3_BUCKET"),
        ({"S3_ENDPOINT": "s3.example.org"}, "S3_ENDPOINT"),
    ],
)
def test_settings_that_do_not_go_together_are_explained(
    monkeypatch: pytest.MonkeyPatch, given: dict[str, str], sentence: str
) -> None:
    for name, value in given.items():
        monkeypatch.setenv(name, value)
    get_settings.cache_clear()
    with pytest.raises(WrongSettings) as stopped:
        get_settings()
    assert sentence in str(stopped.value)
    assert "hunter2" not in str(stopped.value)


def test_an_empty_variable_counts_as_not_set(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PORT", "")
    assert Settings().port == 8080


def test_settings_come_from_a_file_and_the_environment_wins(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / ".env").write_text("PORT=8124\nPUBLIC_URL=https://live.example.org\n")
    monkeypatch.chdir(tmp_path)
    for name in ("PORT", "PUBLIC_URL"):
        monkeypatch.delenv(name, raising=False)
    get_settings.cache_clear()
    assert (get_settings().port, get_settings().public_url) == (8124, "https://live.example.org")
    monkeypatch.setenv("PORT", "8125")
    get_settings.cache_clear()
    assert get_settings().port == 8125
    (tmp_path / ".env").write_text("PORT=eighty\n")
    monkeypatch.delenv("PORT")
    get_settings.cache_clear()
    with pytest.raises(WrongSettings, match="PORT.*'eighty'"):
        get_settings()
    get_settings.cache_clear()


def test_both_names_of_this_machine_may_call_by_default() -> None:
    assert {"http://localhost:8080", "http://127.0.0.1:8080"} <= set(Settings().origins)


def test_others_on_the_network_may_call_when_we_listen_for_them() -> None:
    assert "http://10.1.2.3:8080" in Settings(host="10.1.2.3").origins
    assert f"http://{lan_address()}:8080" in Settings(host="0.0.0.0").origins
    assert "http://[2001:db8::1]:8080" in Settings(host="2001:db8::1").origins


@pytest.mark.parametrize(
    ("given", "who"),
    [
        ({}, "anyone"),
        ({"public_url": "http://localhost:9000"}, "anyone"),
        ({"host": "0.0.0.0"}, "members"),
        ({"public_url": "https://live.example.org"}, "members"),  # by a proxy on this machine
        ({"public_url": "https://live.example.org", "who_may_create": "anyone"}, "anyone"),
    ],
)
def test_who_creates_needs_an_account_once_others_reach_us(given: dict[str, Any], who: str) -> None:
    assert Settings(**given).creators == who


def test_given_origins_replace_the_default() -> None:
    settings = Settings(allowed_origins=("https://live.example.org/",))
    assert settings.origins == ("https://live.example.org",)


def test_no_secret_has_a_built_in_value() -> None:
    words = ("secret", "_key", "password", "smtp_url", "database_url", "redis_url")
    named = {name for name in Settings.model_fields if any(word in name for word in words)}
    assert {"livekit_api_secret", "livekit_api_key", "oidc_client_secret", "s3_secret_key"} <= named
    named.remove("passwords_per_minute")
    assert {Settings.model_fields[name].default for name in named} == {""}
