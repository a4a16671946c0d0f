"""The key file: made once, private, the same for all."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from donfra_live.livekit_server.keys import Keys, keys_for, load_or_create
from donfra_live.settings import WrongSettings
from tests.livekit_server.conftest import new_settings


def test_the_pair_is_random_stored_and_private(folder: Path, tmp_path: Path) -> None:
    keys = load_or_create(folder)
    assert keys == load_or_create(folder) != load_or_create(tmp_path / "other")
    assert len(keys.secret) >= 32
    assert (folder / "livekit" / "keys").stat().st_mode & 0o777 == 0o600
    assert keys.secret not in repr(keys)


def test_many_at_once_get_one_pair(folder: Path) -> None:
    with ThreadPoolExecutor(16) as pool:
        assert len(set(pool.map(lambda _: load_or_create(folder), range(64)))) == 1
    assert [p.name for p in (folder / "livekit").iterdir()] == ["keys"]


def test_too_open_a_file_is_closed_again(folder: Path) -> None:
    load_or_create(folder)
    path = folder / "livekit" / "keys"
    path.chmod(0o644)
    load_or_create(folder)
    assert path.stat().st_mode & 0o777 == 0o600


def test_a_damaged_file_stops_the_start(folder: Path) -> None:
    load_or_create(folder)
    (folder / "livekit" / "keys").write_text("nonsense")
    with pytest.raises(WrongSettings, match="damaged"):
        load_or_create(folder)


def test_a_pair_in_the_settings_wins(folder: Path) -> None:
    settings = new_settings(folder, livekit_api_key="mine", livekit_api_secret="s" * 32)
    assert keys_for(settings) == Keys("mine", "s" * 32)
    assert not (folder / "livekit").exists()


def test_half_a_pair_stops_the_start(folder: Path) -> None:
    with pytest.raises(WrongSettings, match="both or neither"):
        keys_for(new_settings(folder, livekit_api_key="mine"))
