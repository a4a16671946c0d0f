"""The build plugin on small builds of the shape that Reflex 0.10.1 writes."""

import base64
import hashlib
import json
from pathlib import Path

import pytest

from donfra_live.ui import build

ENV = "var e={PING:`http://localhost:8080/ping`,EVENT:`ws://localhost:8080/_event`,T:!1};export{e as t};"
STATE = "x=1,SAME_DOMAIN_HOSTNAMES=[`localhost`,`0.0.0.0`,`::`,`0:0:0:0:0:0:0:0`],token"
ROOT = "M(`[data-sonner-toaster][dir=ltr]{a:b}`),h(`script`,{src:`/early.js`})"
PAGE = """<html><head><style data-emotion="css">.a{color:red}</style>
<link rel="modulepreload" href="/assets/root-1.js"/><script src="/early.js"></script></head>
<body><script>go("<b>&amp;")</script>
<script type="module" async="">import "/assets/manifest-1.js";
import * as route0 from "/assets/root-1.js";
import * as route1 from "/assets/page-1.js";

  window.__reactRouterRouteModules = {"root":route0,"page":route1};

import("/assets/entry.client-1.js");</script></body></html>"""


@pytest.fixture
def static_dir(tmp_path: Path) -> Path:
    static = tmp_path / "build/client"
    (static / "assets").mkdir(parents=True)
    (static / "assets/reflex-env-abc.js").write_text(ENV)
    (static / "assets/state-abc.js").write_text(STATE)
    (static / "assets/root-abc.js").write_text(ROOT)
    (static / "assets/begin-abc.js").write_text("import(`./inside-abc.js`)")
    (static / "assets/inside-abc.js").write_text(
        'import{a as b}from"./react-a.js";import"./begin-abc.js";import"./tiny-a.js"'
    )
    (static / "assets/react-a.js").write_text("export{}")
    (static / "assets/tiny-a.js").write_text("export{}")
    (static / "assets/inside-abc.css").write_text(".room{}")
    (static / "early.js").write_text(f"var {build.NO_ROOM_FILES}")
    (static / "live/_").mkdir(parents=True)
    for page in ("index.html", "live/_/index.html"):
        (static / page).write_text(PAGE)
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


def test_a_sessions_link_knows_what_join_needs(static_dir: Path) -> None:
    build.name_room_files(static_dir)
    found = json.loads((static_dir / "early.js").read_text().removeprefix("var ROOM = ").rstrip(";"))
    assert found["begin"] == "/assets/begin-abc.js"
    assert found["scripts"][0] == "/assets/inside-abc.js"  # the largest
    assert sorted(found["scripts"]) == [
        f"/assets/{name}.js" for name in ("begin-abc", "inside-abc", "react-a", "tiny-a")
    ]
    assert found["styles"] == ["/assets/inside-abc.css"]


def test_what_runs_first_comes_with_the_page(static_dir: Path) -> None:
    build.OneBuild().post_build(static_dir=static_dir)
    page = (static_dir / "live/_/index.html").read_text()
    script = (static_dir / "early.js").read_text()
    assert "/assets/begin-abc.js" in script
    assert f"<script>{script}</script></head>" in page
    assert hash_of(script) in build.read_csp(static_dir).script
    assert (
        'h(`script`,{dangerouslySetInnerHTML:{__html:""}})' in (static_dir / "assets/root-abc.js").read_text()
    )


def test_early_js_decides_when_a_page_starts(static_dir: Path) -> None:
    build.hand_over_start(static_dir)
    page = (static_dir / "live/_/index.html").read_text()
    assert "modulepreload" not in page
    assert '<script>donfraEarly.page(["/assets/root-1.js"], async () => {' in page
    for name in ("manifest-1", "root-1", "page-1", "entry.client-1"):
        assert f'import("/assets/{name}.js")' in page
    assert 'window.__reactRouterRouteModules = {"root":route0,"page":route1};' in page


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
        ("../early.js", f"var {build.NO_ROOM_FILES} // </SCRIPT>"),
        ("root-abc.js", ROOT.replace("early", "other")),
        ("../index.html", PAGE.replace("early", "other")),
        ("begin-two.js", "export{}"),
        ("begin-abc.js", 'import"./react-a.js";import(`./inside-abc.js`)'),
        ("../live/_/index.html", "<html></html>"),
    ],
)
def test_a_build_of_another_shape_fails(static_dir: Path, name: str, text: str) -> None:
    (static_dir / "assets" / name).write_text(text)
    with pytest.raises(build.UnexpectedBuild):
        build.OneBuild().post_build(static_dir=static_dir)


def test_every_inline_script_and_style_has_its_hash(static_dir: Path) -> None:
    build.write_csp(static_dir)
    csp = build.read_csp(static_dir)
    module = PAGE.split('async="">')[1].split("</script>")[0]
    assert set(csp.script) == {hash_of('go("<b>&amp;")'), hash_of(module)}
    assert set(csp.style) == {
        hash_of(".a{color:red}"),
        hash_of(""),
        hash_of("[data-sonner-toaster][dir=ltr]{a:b}"),
    }


def test_nothing_built_means_no_hashes(tmp_path: Path) -> None:
    assert build.read_csp(tmp_path / "client") == build.Csp()


def test_reflex_is_told_of_our_chunks_and_page() -> None:
    assert 'name: "begin"' in build.split_chunks("codeSplitting: { groups: [")
    with pytest.raises(build.UnexpectedBuild):
        build.split_chunks("export default {}")
    pages = build.prerender_session('{"ssr": false, "prerender": true}')
    assert '"/live/_", "/series/_", "/dashboard/_", "/dashboard/series/_"]' in pages
