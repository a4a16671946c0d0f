"""Routes for which a role in the session decides nothing, or more than a role; written by hand as table.py.

An answer is a status, for a refusal with its word for programs and its sentence for people.
"""

from dataclasses import dataclass, field

from tests.matrix.table import KINDS, OTHERS

Answer = tuple[int, str, str]


def ok(status: int = 200) -> Answer:
    return status, "", ""


JOIN_FIRST = (401, "no_proof", "Join the session first.")
SIGN_IN = (401, "not_signed_in", "Sign in first.")
REMOVED = (403, "removed", "You were removed from this session.")
NO_KEY = (403, "not_allowed", "This key or token is not valid for this session.")
HOSTS = (403, "not_allowed", "Only hosts may do this.")
ADMINS = (403, "not_allowed", "Only an admin may do this.")
UNSEEN = (403, "not_allowed", "Only admins of this place may watch unseen.")
LOBBY = (403, "not_allowed", "This session asks who comes in. Press Join.")
NO_DATE = (409, "wrong_state", "This session has no date, so it cannot stand in a calendar.")
NOT_AHEAD = (409, "wrong_state", "There is nothing to be reminded of: the session has no date ahead.")
REMIND = (401, "not_signed_in", "Sign in to be reminded by e-mail.")
SEND_KEY = (401, "no_proof", "Send the waiting_key as Bearer.")
WAITS = (401, "no_proof", "This waiting_key is not valid here.")
ON_AIR = (409, "still_live", "The session is on air. End it first, then delete it.")
END_IT = (409, "wrong_state", "The session is on air. End it instead.")

_ALL = dict.fromkeys(KINDS, ok())
_REFUSED = {**dict.fromkeys(OTHERS, JOIN_FIRST), "waiting": NO_KEY, "removed": REMOVED}
_HOST = {**dict.fromkeys(KINDS, HOSTS), **_REFUSED, "host": ok()}
_KEPT_OUT = {"waiting": NO_KEY, "removed": REMOVED}
_COMES = {**_ALL, **dict.fromkeys(("stranger", "account", "admin"), ok(202)), **_KEPT_OUT}
_ACCOUNTS_ONLY = {**dict.fromkeys(KINDS, REMIND), "account": NOT_AHEAD, "admin": NOT_AHEAD}
SPECIAL: dict[str, dict[str, Answer]] = {
    "GET /api/live/sessions": _ALL,
    "GET /api/live/{session_id}": _ALL,
    "POST /api/live/create": dict.fromkeys(KINDS, ok(201)),
    "POST /api/live/end": _HOST,
    "POST /api/live/{session_id}/start": _HOST,
    # on air already, so the host is told to end it
    "POST /api/live/{session_id}/cancel": {**_HOST, "host": END_IT},
    "GET /api/live/{session_id}/reminder": _ALL,
    "PUT /api/live/{session_id}/reminder": _ACCOUNTS_ONLY,
    "DELETE /api/live/{session_id}/reminder": _ACCOUNTS_ONLY,
    "GET /api/live/{session_id}/calendar.ics": dict.fromkeys(KINDS, NO_DATE),
    # a waiting key is no member's key; a stranger has to wait
    "POST /api/live/join": _COMES,
    "POST /api/live/enter": _COMES,
    "POST /api/live/arrival": {
        **_ALL,
        **dict.fromkeys(("stranger", "account", "admin"), LOBBY),
        **_KEPT_OUT,
    },
    # concerns nobody but the asker; who does not wait changes nothing
    "POST /api/live/{session_id}/waiting/leave": _ALL,
    # whoever knows only the id gets nothing, the host neither
    "GET /api/live/{session_id}/waiting/{waiting_id}": {
        **dict.fromkeys(KINDS, WAITS),
        **dict.fromkeys(("stranger", "account", "admin"), SEND_KEY),
        "waiting": ok(),
    },
    # on air, so not even by its host; test_routes.py deletes one that is over
    "DELETE /api/live/{session_id}": {**_HOST, "host": ON_AIR, "admin": ON_AIR},
    # of one's own connection
    "POST /api/live/{session_id}/quality": {**dict.fromkeys(KINDS, ok(204)), **_REFUSED},
    # one's own seat
    "GET /api/live/{session_id}/members/me/export": {**_ALL, **_REFUSED},
    # by an admin's account only
    "POST /api/live/{session_id}/observe": {
        **dict.fromkeys(KINDS, SIGN_IN),
        "account": UNSEEN,
        "admin": ok(),
    },
}

# Routes about accounts and the whole place, for people without an account, with one, and admins; and for
# their API tokens.
PLACE_KINDS = ("stranger", "account", "token", "admin", "admin_token")


@dataclass(frozen=True)
class Row:
    """path: as it is asked for, ids as in table.py. route: as the application declares it."""

    route: str
    answers: dict[str, Answer]
    path: str = ""
    body: dict[str, object] | None = field(default=None, hash=False)

    def __str__(self) -> str:
        return self.route


def _answers(*given: Answer) -> dict[str, Answer]:
    return dict(zip(PLACE_KINDS, given, strict=True))


def _everybody(status: int = 200) -> dict[str, Answer]:
    return dict.fromkeys(PLACE_KINDS, ok(status))


def _signed_in(status: int = 200) -> dict[str, Answer]:
    return {**_everybody(status), "stranger": SIGN_IN}


def _admins(status: int = 200) -> dict[str, Answer]:
    return _answers(SIGN_IN, ADMINS, ADMINS, ok(status), ok(status))


def _nobody_elses(sentence: str) -> dict[str, Answer]:
    return {**dict.fromkeys(PLACE_KINDS, (404, "not_found", sentence)), "stranger": SIGN_IN}


_WATCH: dict[str, object] = {"token": "{watch}"}
_MAKER = (401, "no_proof", "Only who made the series may do this.")
_NOT_MAKER = (403, "not_allowed", "Only who made the series may do this.")
# An account's series: made by "account".
_MAKERS = _answers(_MAKER, ok(), ok(), _NOT_MAKER, _NOT_MAKER)
_SEEING = {**_everybody(), "stranger": JOIN_FIRST}
_LAST = (409, "last_admin", "This is the last admin. Make somebody else an admin first.")
_OFF_HOOK: dict[str, object] = {"url": "https://other.example.org/hook", "enabled": False}
_NEW: dict[str, object] = {"email": "new@example.org", "name": "New", "password": "correct horse battery"}
_ENTER: dict[str, object] = {"email": "eve@example.org", "password": "correct horse battery"}
_PASSWORD: dict[str, object] = {
    "current_password": "correct horse battery",
    "new_password": "another horse battery",
}
PLACE = [
    Row("GET /api/health", _everybody()),
    Row("GET /api/browser", _everybody(204)),
    Row("POST /api/accounts", _everybody(201), body=_NEW),
    Row("POST /api/accounts/login", _everybody(), body=_ENTER),
    Row("POST /api/accounts/logout", _everybody(204)),
    Row("GET /api/accounts/me", _signed_in()),
    Row("PATCH /api/accounts/me", _signed_in(), body={"name": "Other"}),
    Row("GET /api/accounts/me/export", _signed_in()),
    Row("POST /api/accounts/password", _signed_in(204), body=_PASSWORD),
    Row("GET /api/accounts/logins", _signed_in()),
    Row(
        "DELETE /api/accounts/logins/{login_id}",
        _nobody_elses("You are not signed in there any more."),
        "/api/accounts/logins/{login}",
    ),
    Row("GET /api/accounts", _admins()),
    Row(
        "POST /api/accounts/people",
        _admins(201),
        body={"name": "Zoe", "email": "zoe@example.org"},
    ),
    Row("PATCH /api/accounts/{account_id}", _admins(), "/api/accounts/{eve}", {"role": "admin"}),
    Row("DELETE /api/accounts/{account_id}", _admins(204), "/api/accounts/{eve}"),
    Row("POST /api/accounts/{account_id}/reset-link", _admins(201), "/api/accounts/{eve}/reset-link"),
    Row("GET /api/accounts/{account_id}/export", _admins(), "/api/accounts/{eve}/export"),
    Row(
        "POST /api/tokens",
        {
            **_signed_in(201),
            **dict.fromkeys(
                ("token", "admin_token"),
                (403, "not_allowed", "A token cannot make others. Sign in with your password."),
            ),
        },
        body={"name": "new"},
    ),
    Row("GET /api/tokens", _signed_in()),
    Row(
        "DELETE /api/tokens/{token_id}",
        _nobody_elses("There is no such token any more."),
        "/api/tokens/{token}",
    ),
    Row("POST /api/webhooks", _admins(201), body=_OFF_HOOK),
    Row("GET /api/webhooks", _admins()),
    Row("PATCH /api/webhooks/{webhook_id}", _admins(), "/api/webhooks/{hook}", _OFF_HOOK),
    Row("DELETE /api/webhooks/{webhook_id}", _admins(204), "/api/webhooks/{hook}"),
    Row("GET /api/webhooks/{webhook_id}/deliveries", _admins(), "/api/webhooks/{hook}/deliveries"),
    Row(
        "POST /api/webhooks/{webhook_id}/deliveries/{delivery_id}/again",
        _admins(202),
        "/api/webhooks/{hook}/deliveries/{delivery}/again",
    ),
    Row("GET /api/calendar", _everybody()),
    Row("POST /api/calendar", _signed_in(201)),
    Row("DELETE /api/calendar", _signed_in()),
    # its secret is the proof
    Row("GET /api/calendar/{token}.ics", _everybody(), "/api/calendar/{feed}.ics"),
    # anybody with the link
    Row("GET /api/series/{series_id}", _everybody(), "/api/series/{series}"),
    Row("GET /api/series/{series_id}/calendar.ics", _everybody(), "/api/series/{series}/calendar.ics"),
    Row("PATCH /api/series/{series_id}", _MAKERS, "/api/series/{series}", {"title": "Geometry"}),
    Row("POST /api/series/{series_id}/cancel", _MAKERS, "/api/series/{series}/cancel", {}),
    Row("GET /api/series/{series_id}/attendance", _SEEING, "/api/series/{series}/attendance"),
    Row("GET /api/series/{series_id}/stats", _SEEING, "/api/series/{series}/stats"),
    Row("GET /api/stats", _signed_in()),
    # its secret is the proof
    Row("POST /api/recordings/watch", _everybody(), "/api/recordings/watch", _WATCH),
    # one's own, be it none
    Row("GET /api/recordings", _everybody(), "/api/recordings"),
]
# The same routes asked for something else, with other answers.
MORE = [
    Row(
        "GET /api/stats",
        _answers(
            *[(403, "not_allowed", "Only an admin may see the figures of all sessions.")] * 3, ok(), ok()
        ),
        "/api/stats?scope=all",
    ),
    Row("DELETE /api/accounts/{account_id}", {"admin": _LAST}, "/api/accounts/{root}"),
]
# Routes that no row asks: with the reason, and the tests that do.
ELSEWHERE = {
    **dict.fromkeys(
        (
            f"POST /api/forms/{name}"
            for name in (
                "sign-in",
                "sign-up",
                "setup",
                "reset",
                "reset-mail",
                "name",
                "password",
                "sign-out",
            )  # fmt: skip
        ),
        "a page's own form with a key of its own: tests/api/test_accounts.py",
    ),
    **dict.fromkeys(
        ("GET /api/oidc/start", "GET /api/oidc/back"),
        "the way to another provider and back: tests/accounts/test_oidc.py",
    ),
    "POST /api/livekit/webhook": "signed by the media server: tests/api/test_media_events.py",
    "GET /api/live/{session_id}/export": "another name of export.zip",
}
