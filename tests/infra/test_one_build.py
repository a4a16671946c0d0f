"""The build plugin on small builds of the shape that Reflex 0.10.1 writes."""

import base64
import hashlib
from pathlib import Path

import pytest

from donfra_live.ui import build

ENV = "var e={PING:`http://localhost:8080/ping`,EVENT:`ws://localhost:8080/_event`,T:!1};export{e as t};"
STATE = "x=1,SAME_DOMAIN_HOSTNAMES=[`localhost`,`0.0.0.0`,`::`,`0:0:0:0:0:0:0:0`],token"
PAGE = """<html><head><style data-emotion="css">.a{color:red}</style>
<script src="/assets/a.js"></script></head>
<body><script>go("<b>&amp;")</script>
<script type="module">import "/assets/b.js";</script></body></html>"""


@pytest.fixture
def static_dir(tmp_path: Path) -> Path:
    static = tmp_path / "build/client"
    (static / "assets").mkdir(parents=True)
    (static / "assets/reflex-env-abc.js").write_text(ENV)
    (static / "assets/state-abc.js").write_text(STATE)
    (static / "assets/root-abc.js").write_text("M(`[data-sonner-toaster][dir=ltr]{a:b}`)")
    (static / "assets/room-abc.js").write_text("export{}")
    (static / "early.js").write_text("var ROOM_FILES = [];")
    (static / "index.html").write_text(PAGE)
    return static


def hash_of(text: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"


def test_no_host_and_no_port_stay_in_the_build(static_dir: Path) -> None:
    build.OneBuild().post_build(static_dir=static_dir)
    env = (static_dir / "assets/reflex-env-abc.js").read_text()
    assert 'EVENT:location.origin.replace(/^http/,"ws")+"/_event"' in env
    assert 'PING:location.origin+"/ping"' in env
    assert "localhost" not in env + (static_dir / "assets/state-abc.js").read_text()


def test_a_development_build_with_plain_quotes_is_understood(static_dir: Path) -> None:
    (static_dir / "assets/reflex-env-abc.js").write_text(ENV.replace("`", '"'))
    build.follow_page_address(static_dir)
    assert "8080" not in (static_dir / "assets/reflex-env-abc.js").read_text()


def test_a_sessions_link_knows_the_rooms_files(static_dir: Path) -> None:
    build.preload_room(static_dir)
    assert (static_dir / "early.js").read_text() == 'var ROOM_FILES = ["/assets/room-abc.js"];'


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("reflex-env-abc.js", "var e={};"),
        ("reflex-env-abc.js", ENV.replace("/_event", "/other")),
        ("reflex-env-abc.js", ENV.replace("8080/ping", "8080")),
        ("reflex-env-two.js", ENV),
        ("state-abc.js", "x=1"),
        ("more.js", STATE),
        ("../early.js", "var OTHER = [];"),
    ],
)
def test_a_build_of_another_shape_fails(static_dir: Path, name: str, text: str) -> None:
    (static_dir / "assets" / name).write_text(text)
    with pytest.raises(build.UnexpectedBuild):
        build.OneBuild().post_build(static_dir=static_dir)


def test_every_inline_script_and_style_has_its_hash(static_dir: Path) -> None:
    build.write_csp(static_dir)
    csp = build.read_csp(static_dir)
    assert set(csp.script) == {hash_of('go("<b>&amp;")'), hash_of('import "/assets/b.js";')}
    assert set(csp.style) == {
        hash_of(".a{color:red}"),
        hash_of(""),
        hash_of("[data-sonner-toaster][dir=ltr]{a:b}"),
    }


def test_nothing_built_means_no_hashes(tmp_path: Path) -> None:
    assert build.read_csp(tmp_path / "client") == build.Csp()
