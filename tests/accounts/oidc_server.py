"""The OpenID provider of the package oidc-provider-mock as a program, with PKCE checked around it.

The package ignores PKCE; the layer here refuses a code whose verifier does not fit, as real providers do.
"""

import base64
import contextlib
import hashlib
import json
import re
import subprocess
import sys
import time
import warnings
from collections.abc import Callable, Iterable, Iterator
from io import BytesIO
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx

from tests.app_process import ROOT

Application = Callable[[dict[str, Any], Any], Iterable[bytes]]


class WithPkce:
    def __init__(self, inner: Application) -> None:
        self._inner, self._challenges = inner, dict[str, str]()

    def __call__(self, environ: dict[str, Any], start: Any) -> Iterable[bytes]:
        from werkzeug.wrappers import Response  # noqa: PLC0415

        if environ["PATH_INFO"] == "/oauth2/token" and not self._verifies(environ):
            refusal = json.dumps({"error": "invalid_grant"})
            return Response(refusal, 400, content_type="application/json")(environ, start)
        answer = Response.from_app(self._inner, environ)
        query = parse_qs(environ.get("QUERY_STRING", ""))
        code = parse_qs(urlsplit(answer.headers.get("Location", "")).query).get("code", [""])[0]
        if code and query.get("code_challenge_method") == ["S256"]:
            self._challenges[code] = query["code_challenge"][0]
        if answer.mimetype == "text/html":  # its pages would load a style sheet from outside
            answer.data = re.sub(rb"<link[^>]+https://[^>]+>", b"", answer.data)
        return answer(environ, start)

    def _verifies(self, environ: dict[str, Any]) -> bool:
        body = environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
        environ["wsgi.input"] = BytesIO(body)
        form = parse_qs(body.decode())
        digest = hashlib.sha256(form.get("code_verifier", [""])[0].encode()).digest()
        made = base64.urlsafe_b64encode(digest).rstrip(b"=").decode()
        return self._challenges.pop(form.get("code", [""])[0], None) == made


def serve(port: int) -> None:
    warnings.simplefilter("ignore")
    from oidc_provider_mock import User, app  # noqa: PLC0415  # its imports warn
    from werkzeug.serving import make_server  # noqa: PLC0415

    people = [
        User(sub="ada", claims={"email": "ada@example.org", "email_verified": True, "name": "Ada L"}),
        User(sub="eve", claims={"email": "ada@example.org", "email_verified": False, "name": "Eve"}),
    ]
    server = make_server("127.0.0.1", port, WithPkce(app(user_claims=people, require_nonce=True)))
    server.serve_forever()


@contextlib.contextmanager
def running(port: int) -> Iterator[str]:
    """The provider in a process of its own; yields its address."""
    process = subprocess.Popen([sys.executable, "-m", "tests.accounts.oidc_server", str(port)], cwd=ROOT)
    url, end = f"http://127.0.0.1:{port}", time.monotonic() + 60
    try:
        while not _answers(url):
            assert process.poll() is None
            assert time.monotonic() < end, "the provider did not come up"
            time.sleep(0.1)
        yield url
    finally:
        process.kill()
        process.wait()


def _answers(url: str) -> bool:
    with contextlib.suppress(httpx.HTTPError):
        return httpx.get(f"{url}/.well-known/openid-configuration").status_code == 200
    return False


if __name__ == "__main__":
    serve(int(sys.argv[1]))
