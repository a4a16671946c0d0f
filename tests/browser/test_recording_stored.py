"""The whole app with a real S3 server: recordings move there and play from there.

What people read while it is away, and that they play again when it is back.
"""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, expect

from tests.browser.looks import look
from tests.browser.person import Person
from tests.browser.serving import Serving
from tests.browser.test_recording import DRAWN, recordings
from tests.browser.test_recording_links import link_by_rest, records
from tests.s3_server import S3Server

pytestmark = [pytest.mark.browser, pytest.mark.livekit, pytest.mark.timeout(480)]
Somebody = Callable[[], Person]
AWAY = "The storage of recordings does not answer. Try again in a few minutes."
WAITS = "The storage of this place does not answer: the file is still on the machine that recorded it"
# From a quarter on: seconds it went on, pictures it decoded, how much its darkest and brightest differ.
PLAYED = """async (player) => {
  const heard = (what) => new Promise((resolve) => player.addEventListener(what, resolve, { once: true }));
  if (player.readyState < 1) await heard("loadedmetadata");
  player.muted = true;
  const from = player.duration * 0.25;
  player.currentTime = from;
  await heard("seeked");
  const before = player.getVideoPlaybackQuality().totalVideoFrames;
  await player.play();
  while (!player.ended && player.currentTime < from + 0.4) await new Promise((go) => setTimeout(go, 50));
  player.pause();
  const canvas = new OffscreenCanvas(64, 36), pen = canvas.getContext("2d");
  pen.drawImage(player, 0, 0, 64, 36);
  const bright = pen.getImageData(0, 0, 64, 36).data.filter((_, n) => n % 4 !== 3);
  const after = player.getVideoPlaybackQuality().totalVideoFrames;
  return [player.currentTime - from, after - before, Math.max(...bright) - Math.min(...bright)];
}"""


@pytest.fixture
def storing(tmp_path: Path, s3: S3Server) -> Iterator[Serving]:
    settings = {name.upper(): value for name, value in s3.settings.items()}
    with Serving.running(tmp_path, **settings) as app:
        yield app


@pytest.fixture
def somebody(storing: Serving, everybodys_browser: Browser) -> Iterator[Somebody]:
    people: list[Person] = []

    def new() -> Person:
        people.append(Person(everybodys_browser.new_context(), storing.url))
        return people[-1]

    yield new
    told = [one.complaints for one in people]
    for one in people:
        one.context.close()
    assert not any(told), told


def recorded(host: Person, title: str) -> tuple[str, str]:
    """A session that was recorded for some seconds and is over: its id, and the recording's."""
    session_id = host.create(title, "Grace")
    host.go_live()
    records(host)
    host.button("End for everyone").click()
    host.button("End session").click()
    host.is_told("The session has ended")
    found = host.context.request.get(f"{host.base}/api/live/{session_id}/recordings").json()
    return session_id, found["recordings"][0]["recording_id"]


def opens(one: Person, session_id: str) -> Any:
    one.page.goto(f"{one.base}/live/{session_id}")
    expect(recordings(one)).to_be_visible()
    return recordings(one)


def plays(one: Person, part: Any) -> None:
    expect(part.locator("video")).to_be_visible()
    went_on, pictures, contrast = part.locator("video").evaluate(PLAYED)
    assert went_on >= 0.4
    assert pictures > 0
    assert contrast > 40, "there is something in the picture"
    small = part.get_by_role("list", name="Pictures").locator("img")
    one.until(lambda: small.count() == 12 and small.evaluate_all(DRAWN), "its small pictures")


def is_moved(one: Person, app: Serving, s3: S3Server, ids: tuple[str, str]) -> dict[str, bytes]:
    """What the bucket has of it, by the end of its name; nothing is left here."""
    where = "/".join(("recordings", *ids))
    one.until(lambda: not (app.folder / "data" / where).exists(), "recording in the bucket", 150)
    files = {Path(name).name: content for name, content in s3.files(where).items()}
    small = {f"small-{number:02}.jpg" for number in range(1, 13)}
    assert set(files) == {"recording.mp4", "poster.jpg", *small}
    return files


def downloads(host: Person, ids: tuple[str, str], film: bytes) -> None:
    own = f"{host.base}/api/recordings/{ids[1]}/file"
    assert host.context.request.get(own).body() == film
    piece = host.context.request.get(own, headers={"Range": "bytes=1000-2999"})
    assert (piece.status, piece.body()) == (206, film[1000:3000])
    assert piece.headers["content-range"] == f"bytes 1000-2999/{len(film)}"
    with host.page.expect_download() as waiting:
        recordings(host).get_by_role("link", name="Download recording").click()
    assert Path(waiting.value.path()).read_bytes() == film


def says_what_is_wrong(one: Person, part: Any) -> None:
    """In place of a player, also when it is tried again, with the keyboard."""
    expect(part.get_by_role("alert").filter(has_text=AWAY)).to_be_visible(timeout=40_000)
    expect(part.locator("video")).to_have_count(0)
    again = part.get_by_role("button", name="Try again")
    again.press("Enter")
    expect(part.get_by_role("alert").filter(has_text=AWAY)).to_be_visible(timeout=40_000)
    expect(again).to_be_focused()


def stays(host: Person, part: Any) -> None:
    part.get_by_role("button", name="Delete recording").click()
    part.get_by_role("button", name="Delete for good").click()
    expect(part.get_by_role("group", name="Delete the recording?").get_by_role("alert")).to_have_text(AWAY)
    part.get_by_role("button", name="Keep it").click()
    expect(host.page.get_by_role("region", name="Who was there")).to_be_visible()


def deletes(host: Person, session_id: str) -> None:
    part = opens(host, session_id)
    part.get_by_role("button", name="Delete recording").click()
    part.get_by_role("button", name="Delete for good").click()
    expect(part).to_have_count(0)


def test_recordings_live_in_a_bucket_that_goes_away_and_comes_back(
    storing: Serving, s3: S3Server, somebody: Somebody
) -> None:
    host, eve = somebody(), somebody()
    first = recorded(host, "For those who are ill")
    film = is_moved(host, storing, s3, first)["recording.mp4"]
    part = opens(host, first[0])
    plays(host, part)
    downloads(host, first, film)

    s3.stop()
    part = opens(host, first[0])
    says_what_is_wrong(host, part)
    part.get_by_role("navigation", name="Chapters").get_by_role("button", name="Questions").first.click()
    stays(host, part)
    look(host.page, "recording-storage-away")
    eve.page.goto(link_by_rest(host, first[0]))
    linked = eve.page.get_by_role("region", name="Recording", exact=True)
    says_what_is_wrong(eve, linked)
    look(eve.page, "film-storage-away")

    second = recorded(host, "Meanwhile")
    part = opens(host, second[0])
    expect(part.get_by_text(WAITS)).to_be_visible(timeout=40_000)
    plays(host, part)
    look(host.page, "recording-waits")
    assert s3.files("/".join(("recordings", *second))) == {}

    s3.start()
    is_moved(host, storing, s3, second)
    expect(part.get_by_text(WAITS)).to_have_count(0)
    linked.get_by_role("button", name="Try again").click()
    plays(eve, linked)
    plays(host, opens(host, first[0]))
    plays(host, opens(host, second[0]))
    for session_id, _ in (first, second):
        deletes(host, session_id)
    assert s3.files() == {}
    assert storing.log.count("recordings cannot be stored in s3://films") == 1
    assert storing.log.count("(s3://films) answers again") == 1
