"""Makes one build of the pages serve every host and port, start fast, and finds what its CSP must allow.

Reflex bakes the server's address into the build; here it becomes the address the page came from.
Runs as a Reflex plugin after the build and before the files are compressed. A build that looks
different from what is expected fails: a page without its websocket would only fail in the browser.
"""

import base64
import hashlib
import json
import re
from collections.abc import Callable
from html.parser import HTMLParser
from pathlib import Path
from typing import Any, NamedTuple

from reflex_base.plugins.base import Plugin

BAKED_ADDRESS = re.compile(r"""([`"'])(http|ws)s?://[^/`"']+(/[^`"']*)\1""")
# Host names for which Reflex's getBackendURL drops the port on https.
NAMES_WITHOUT_PORT = re.compile(r"""\[([`"'])localhost\1,\s*\1(?:[^\[\]]*)\1\]""")
# The toaster adds this sheet while the page runs, so no HTML file holds it.
TOASTER_SHEET = re.compile(r"\(`(\[data-sonner-toaster\][^`]*)`\)")

# Links of no session and no series, for which the pages of all of them are written.
SESSION_PAGE = "/live/_"
SHARED_PAGES = (SESSION_PAGE, "/series/_", "/dashboard/_", "/dashboard/series/_")
EARLY = '<script src="/early.js"></script>'
# The same element as React knows it, which must not miss what is in the HTML.
EARLY_PROPS = re.compile(r"""\{\s*src:\s*([`"'])/early\.js\1,?\s*\}""")
NO_ROOM_FILES = 'ROOM = { begin: "", scripts: [], styles: [] };'
STATIC_IMPORT = re.compile(r"""(?:\bfrom|\bimport)\s*[`"']\./([\w.-]+\.js)[`"']""")
PAGE_START = re.compile(
    r'<script type="module" async="">import "(?P<manifest>[^"]+)";\s*'
    r'(?P<routes>(?:import \* as \w+ from "[^"]+";\s*)+)'
    r'window\.__reactRouterRouteModules = (?P<modules>\{[^}]*\});\s*import\("(?P<entry>[^"]+)"\);</script>'
)
ROUTE_IMPORT = re.compile(r'import \* as (\w+) from "([^"]+)";')
PRELOAD = re.compile(r'<link rel="modulepreload" href="([^"]+)"/>')

# One file for what Join needs before anything else, one for React, so that neither brings Reflex along. The
# small ones that the room shares with pages go with them: a browser asks a server for six files at a time.
# The first group takes along what it imports: the other way round React's would hold what Join needs.
_ROOM = r"ui[\\/]room[\\/](component[\\/])?"
CHUNKS = f"""groups: [
            {{
              test: /{_ROOM}(page|link|store|act|clipboard)\\.js$|vite[\\\\/]preload-helper/,
              name: "begin",
              priority: 3,
            }},
            {{
              test: /node_modules[\\\\/](react|react-dom|scheduler)[\\\\/]|{_ROOM}(use_call|icons|asked)\\./,
              name: "react",
              priority: 2,
            }},"""


class UnexpectedBuild(SystemExit):
    """Reflex or Vite wrote something else than this module knows."""


class Csp(NamedTuple):
    """Sources for script-src and style-src besides 'self', each like 'sha256-...' with its quotes."""

    script: tuple[str, ...] = ()
    style: tuple[str, ...] = ()


class OneBuild(Plugin):
    """The steps before and after the build, in the order they have to run."""

    def pre_compile(self, **context: Any) -> None:
        context["add_modify_task"]("vite.config.js", split_chunks)
        context["add_modify_task"]("react-router.config.js", prerender_session)

    def post_build(self, **context: Any) -> None:
        static_dir: Path = context["static_dir"]
        follow_page_address(static_dir)
        keep_port(static_dir)
        name_room_files(static_dir)
        put_early_into_pages(static_dir)
        hand_over_start(static_dir)
        write_csp(static_dir)


def follow_page_address(static_dir: Path) -> None:
    """Replaces the baked addresses by ones made from `location`, on whatever host and port the page is."""
    chunks = list(static_dir.glob("assets/reflex-env-*.js"))
    if len(chunks) != 1:
        raise UnexpectedBuild(f"Expected one assets/reflex-env-*.js in the build, found {len(chunks)}.")
    text, count = BAKED_ADDRESS.subn(_from_location, chunks[0].read_text(encoding="utf-8"))
    if "://" in text or not count or '"/_event"' not in text or '"/ping"' not in text:
        raise UnexpectedBuild(
            f"{chunks[0].name} does not hold the server's addresses as expected: {text[:500]}"
        )
    chunks[0].write_text(text, encoding="utf-8")


def _from_location(baked: re.Match[str]) -> str:
    origin = 'location.origin.replace(/^http/,"ws")' if baked[2] == "ws" else "location.origin"
    return f'{origin}+"{baked[3]}"'


def keep_port(static_dir: Path) -> None:
    """Empties the list of host names whose port is dropped on https: https://localhost:8443 is an address."""
    changed = 0
    for chunk in static_dir.glob("assets/*.js"):
        text, count = NAMES_WITHOUT_PORT.subn("[]", chunk.read_text(encoding="utf-8"))
        if count:
            chunk.write_text(text, encoding="utf-8")
        changed += count
    if changed != 1:
        raise UnexpectedBuild(f"Expected one list of local host names in the scripts, found {changed}.")


def split_chunks(vite_config: str) -> str:
    """Adds our chunks to Reflex's own."""
    if vite_config.count("groups: [") != 1:
        raise UnexpectedBuild("Reflex's vite.config.js has no list of chunk groups any more.")
    return vite_config.replace("groups: [", CHUNKS)


def prerender_session(router_config: str) -> str:
    """Also writes HTML for links of sessions and series: one file for all of a kind; the shell serves it."""
    shared = json.dumps(SHARED_PAGES)[1:-1]
    return router_config.replace(
        '"prerender": true', f'"prerender": ({{ getStaticPaths }}) => [...getStaticPaths(), {shared}]'
    )


def name_room_files(static_dir: Path) -> None:
    """Tells early.js the hashed names of what Join needs."""
    early, assets = static_dir / "early.js", static_dir / "assets"
    begin, inside = _one(assets, "begin-*.js"), _one(assets, "inside-*.js")
    if found := STATIC_IMPORT.findall(begin.read_text(encoding="utf-8")):
        raise UnexpectedBuild(f"{begin.name} should wait for no other file, but imports {', '.join(found)}.")
    names = [file.name for file in (begin, inside)]
    for name in names:  # grows while it is read
        text = (assets / name).read_text(encoding="utf-8")
        names += [found for found in dict.fromkeys(STATIC_IMPORT.findall(text)) if found not in names]
    files = {
        "begin": f"/assets/{begin.name}",
        # the largest first: a browser begins with six at a time
        "scripts": [f"/assets/{n}" for n in sorted(names, key=lambda n: -(assets / n).stat().st_size)],
        "styles": [f"/assets/{file.name}" for file in sorted(assets.glob("inside-*.css"))],
    }
    text = early.read_text(encoding="utf-8") if early.exists() else ""
    if text.count(NO_ROOM_FILES) != 1:
        raise UnexpectedBuild("early.js has no place for the names of the room's files.")
    early.write_text(text.replace(NO_ROOM_FILES, f"ROOM = {json.dumps(files)};"), encoding="utf-8")


def _one(folder: Path, pattern: str) -> Path:
    found = list(folder.glob(pattern))
    if len(found) != 1:
        raise UnexpectedBuild(f"Expected one {pattern} in the build, found {len(found)}.")
    return found[0]


def put_early_into_pages(static_dir: Path) -> None:
    """What has to run first comes with the HTML: by itself it would take a round trip before all others."""
    text = (static_dir / "early.js").read_text(encoding="utf-8")
    if re.search(r"</script|<!--", text, re.IGNORECASE):
        raise UnexpectedBuild("early.js holds a text that would end its element in the HTML.")
    root = _one(static_dir / "assets", "root-*.js")
    _replace_once(root, EARLY_PROPS, '{dangerouslySetInnerHTML:{__html:""}}')
    for page in static_dir.rglob("*.html"):
        _replace_once(page, re.compile(re.escape(EARLY)), f"<script>{text}</script>")


def _replace_once(file: Path, pattern: re.Pattern[str], by: str) -> None:
    text, count = pattern.subn(lambda _: by, file.read_text(encoding="utf-8"))
    if count != 1:
        raise UnexpectedBuild(f"{file.name} should load early.js once, found {count}.")
    file.write_text(text, encoding="utf-8")


def hand_over_start(static_dir: Path) -> None:
    """Lets early.js decide when a page's scripts are loaded and run."""
    _one(static_dir, f"{SESSION_PAGE.strip('/')}/index.html")
    for page in static_dir.rglob("*.html"):
        text, count = PAGE_START.subn(_handed_over(page), page.read_text(encoding="utf-8"))
        if count != 1:
            raise UnexpectedBuild(f"{page.name} does not start its scripts as expected.")
        # a link within the page, written as if its address were the placeholder's
        for placeholder in SHARED_PAGES:
            text = text.replace(f'href="{placeholder}/#', 'href="#')
        page.write_text(PRELOAD.sub("", text), encoding="utf-8")


def _handed_over(page: Path) -> Callable[[re.Match[str]], str]:
    files = json.dumps(PRELOAD.findall(page.read_text(encoding="utf-8")))

    def replaced(start: re.Match[str]) -> str:
        routes = ROUTE_IMPORT.findall(start["routes"])
        names, paths = ", ".join(r[0] for r in routes), ", ".join(f'import("{r[1]}")' for r in routes)
        return (
            f"<script>donfraEarly.page({files}, async () => {{"
            f'await import("{start["manifest"]}"); const [{names}] = await Promise.all([{paths}]);'
            f"window.__reactRouterRouteModules = {start['modules']};"
            f'await import("{start["entry"]}"); }});</script>'
        )

    return replaced


class _Inline(HTMLParser):
    """Collects the texts of inline scripts and styles."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=False)
        self.found: dict[str, set[str]] = {"script": set(), "style": set()}
        self._open = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._open = tag if tag in self.found and "src" not in dict(attrs) else ""

    def handle_endtag(self, tag: str) -> None:
        self._open = ""

    def handle_data(self, data: str) -> None:
        if self._open:
            self.found[self._open].add(data)


def inline_texts(html: str) -> dict[str, set[str]]:
    """The inline scripts and styles of one page, by tag name."""
    parser = _Inline()
    parser.feed(html)
    parser.close()
    return parser.found


def source(text: str) -> str:
    """How a Content-Security-Policy names an inline text."""
    digest = hashlib.sha256(text.encode()).digest()
    return f"'sha256-{base64.b64encode(digest).decode()}'"


def csp_of(static_dir: Path) -> Csp:
    """Hashes of every inline script and style the built pages contain or add while they run."""
    # Emotion adds style elements with an empty text and fills them through the object model.
    texts: dict[str, set[str]] = {"script": set(), "style": {""}}
    for page in static_dir.rglob("*.html"):
        for tag, found in inline_texts(page.read_text(encoding="utf-8")).items():
            texts[tag] |= found
    for chunk in static_dir.glob("assets/*.js"):
        texts["style"].update(TOASTER_SHEET.findall(chunk.read_text(encoding="utf-8")))
    return Csp(*(tuple(sorted(map(source, texts[tag]))) for tag in ("script", "style")))


def csp_file(static_dir: Path) -> Path:
    return static_dir.parent / "csp.json"


def write_csp(static_dir: Path) -> None:
    found = csp_of(static_dir)
    if not found.script:
        raise UnexpectedBuild("No page of the build has an inline script; Reflex's pages always had some.")
    csp_file(static_dir).write_text(json.dumps(found._asdict(), indent=1) + "\n", encoding="utf-8")


def read_csp(static_dir: Path) -> Csp:
    """What the build wrote; empty where nothing is built, as in development."""
    try:
        found = json.loads(csp_file(static_dir).read_text(encoding="utf-8"))
    except FileNotFoundError:
        return Csp()
    return Csp(script=tuple(found["script"]), style=tuple(found["style"]))
