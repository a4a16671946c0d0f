"""The font of names: which one is taken, what it draws, and what is said where there is none."""

from pathlib import Path

import numpy as np
import pytest

from donfra_live.recorder import fonts, texts
from donfra_live.recorder.fonts import FONTS, NO_FONT, find_font
from donfra_live.recorder_choice import check_font
from donfra_live.settings import Settings

EGRESS = Settings(
    recorder="egress",
    livekit_server_url="ws://elsewhere",
    livekit_api_key="key",
    livekit_api_secret="s" * 40,
)


def put(folder: Path, *names: str) -> list[Path]:
    """Each in a folder of its own, as systems have them."""
    for name in names:
        path = folder / "truetype" / name.split(".")[0] / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch()
    return [folder]


def test_the_first_of_the_list_is_taken_wherever_it_is(tmp_path: Path) -> None:
    assert find_font([tmp_path, tmp_path / "nowhere"]) is None
    first, second = put(tmp_path / "own", "Other.ttf", FONTS[3]), put(tmp_path / "system", FONTS[1])
    assert find_font(first) == tmp_path / "own/truetype/LiberationSans-Regular/LiberationSans-Regular.ttf"
    assert find_font(first + second) == tmp_path / "system/truetype/DejaVuSans/DejaVuSans.ttf"


async def test_the_operator_is_told_where_there_is_none(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    said: list[str] = []
    monkeypatch.setattr(fonts, "folders", lambda: [tmp_path])
    await check_font(EGRESS, said.append)
    assert said == []
    await check_font(Settings(), said.append)
    assert said == [NO_FONT]
    put(tmp_path, FONTS[1])
    await check_font(Settings(), said.append)
    assert said == [NO_FONT]


@pytest.mark.skipif(find_font() is None, reason="no font on this machine")
def test_names_of_other_letters_are_drawn_with_them() -> None:
    """Letters that a font does not have are all the same box."""
    drawn = [texts.label(name, 20, 300) for name in ("Ж", "Ω", "Š")]
    assert not any(np.array_equal(one, other) for one, other in zip(drawn, drawn[1:], strict=False))


def test_without_a_font_latin_letters_are_drawn_all_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(texts, "_FILE", lambda: None)
    texts.font.cache_clear()
    try:
        assert texts.font(20).getlength("Ada") > 10
    finally:
        texts.font.cache_clear()
