"""Recordings in a real S3 server as clients get them: whole, in pieces, to keep; never from elsewhere."""

from collections.abc import AsyncIterator

import httpx
import pytest

from donfra_live.api.stored import NoSuchPart, part_of
from donfra_live.settings import Settings
from tests.recordings.storing import FILM, VTT, Stored, storage_at
from tests.rest_client import api_of, client_of
from tests.s3_server import S3Server
from tests.world import World

SIZE = len(FILM)


@pytest.fixture
async def stored(world: World, s3: S3Server) -> Stored:
    return Stored(world, storage_at(s3))


@pytest.fixture
async def client(world: World, settings: Settings) -> AsyncIterator[httpx.AsyncClient]:
    async with client_of(api_of(world, settings), path="/api") as client:
        yield client


async def link(stored: Stored) -> tuple[str, dict[str, str]]:
    """The address of a recording that has been moved, and its host's proof."""
    sid, rid = await stored.moved()
    host = await stored.world.come("carl", sid, "co_host")
    return f"/recordings/{rid}", {"Authorization": f"Bearer {host.token}"}


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        ("", None),
        ("bytes=0-", (0, 10)),
        ("bytes=2-4", (2, 5)),
        ("bytes=2-400", (2, 10)),
        ("bytes=9-9", (9, 10)),
        ("bytes=-3", (7, 10)),
        ("bytes=-30", (0, 10)),
        ("Bytes = 2 - 4", (2, 5)),
        ("bytes=4-2", None),
        ("bytes=0-1,4-5", None),
        ("bytes=-", None),
        ("bytes=x-2", None),
        ("lines=1-2", None),
        ("bytes=٣-4", None),
    ],
)
def test_which_part_a_header_means(asked: str, expected: tuple[int, int] | None) -> None:
    assert part_of(asked, 10) == expected


@pytest.mark.parametrize(
    ("asked", "size"), [("bytes=10-", 10), ("bytes=50-60", 10), ("bytes=-0", 10), ("bytes=0-", 0)]
)
def test_parts_that_no_file_has(asked: str, size: int) -> None:
    with pytest.raises(NoSuchPart):
        part_of(asked, size)


async def test_the_file_whole_and_in_pieces(stored: Stored, client: httpx.AsyncClient) -> None:
    path, proof = await link(stored)
    whole = await client.get(f"{path}/file", headers=proof)
    assert (whole.status_code, whole.content, whole.headers["accept-ranges"]) == (200, FILM, "bytes")
    assert (whole.headers["content-type"], whole.headers["content-length"]) == ("video/mp4", str(SIZE))
    assert whole.headers["cache-control"] == "private, no-store"
    assert whole.headers["content-disposition"] == 'inline; filename="Algebra.mp4"'
    for asked, start, end in (
        ("bytes=2-4", 2, 4),
        ("bytes=-6", SIZE - 6, SIZE - 1),
        ("bytes=90-", 90, SIZE - 1),
    ):
        piece = await client.get(f"{path}/file", headers={**proof, "Range": asked})
        assert (piece.status_code, piece.content) == (206, FILM[start : end + 1])
        assert piece.headers["content-range"] == f"bytes {start}-{end}/{SIZE}"
        assert piece.headers["content-length"] == str(end - start + 1)
    behind = await client.get(f"{path}/file", headers={**proof, "Range": f"bytes={SIZE}-"})
    assert (behind.status_code, behind.headers["content-range"]) == (416, f"bytes */{SIZE}")


async def test_a_piece_of_another_file_is_not_given(stored: Stored, client: httpx.AsyncClient) -> None:
    path, proof = await link(stored)
    etag = (await client.get(f"{path}/file", headers=proof)).headers["etag"]
    asked = {**proof, "Range": "bytes=2-4"}
    assert (await client.get(f"{path}/file", headers={**asked, "If-Range": etag})).status_code == 206
    other = await client.get(f"{path}/file", headers={**asked, "If-Range": '"another"'})
    assert (other.status_code, other.content) == (200, FILM)


async def test_to_keep_with_pictures_and_captions(stored: Stored, client: httpx.AsyncClient) -> None:
    path, proof = await link(stored)
    await client.patch(path, headers=proof, json={"title": "Brüche"})
    kept = await client.get(f"{path}/file?download=true", headers=proof)
    assert kept.content == FILM
    assert kept.headers["content-disposition"] == 'attachment; filename="Br-che.mp4"'
    poster = await client.get(f"{path}/poster", headers=proof)
    assert (poster.content, poster.headers["content-type"]) == (b"poster.jpg", "image/jpeg")
    small = await client.get(f"{path}/pictures/1", headers=proof)
    assert (small.content, small.headers["content-type"]) == (b"small-01.jpg", "image/jpeg")
    captions = await client.get(f"{path}/captions", headers=proof)
    assert (captions.content, captions.headers["content-type"]) == (VTT, "text/vtt; charset=utf-8")
    for what in ("file", "poster", "pictures/1", "captions"):
        assert (await client.get(f"{path}/{what}")).status_code == 401


async def test_while_the_storage_is_away_clients_are_told(
    stored: Stored, client: httpx.AsyncClient, s3: S3Server
) -> None:
    path, proof = await link(stored)
    s3.stop()
    for what in ("file", "file?download=true", "poster", "pictures/1", "captions"):
        answer = await client.get(f"{path}/{what}", headers=proof)
        assert (answer.status_code, answer.json()["error"]) == (503, "storage_away")
        assert (
            answer.json()["detail"]
            == "The storage of recordings does not answer. Try again in a few minutes."
        )
    assert (await client.delete(path, headers=proof)).status_code == 503
    assert (await client.get(path, headers=proof)).json()["status"] == "ready"
