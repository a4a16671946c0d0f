"""Every expected refusal: a status for REST, a word for programs, a sentence for people.

DonfraError
  BadInput 422 (BadEmail, WeakPassword)   NoProof 401 (NotSignedIn, ...)   NotAllowed 403 (...)
  NotFound 404   TooSlow 408   WrongState 409 (SessionEnded, NotOpenYet, NoSpace, ...)   TooLarge 413
  TooManyRequests 429 (retry_after)   MediaServerAway, StorageAway 503
Anything else is a fault of ours: logged, shown as "Something went wrong".
"""

from datetime import UTC, datetime


class DonfraError(Exception):
    """Base of what users may be told; `sentence` says what happened and what to do."""

    status_code = 500
    code = "error"
    sentence = "Something went wrong. Please try again."

    def __init__(self, sentence: str | None = None) -> None:
        if sentence is not None:
            self.sentence = sentence
        super().__init__(self.sentence)


class BadInput(DonfraError):
    status_code, code = 422, "bad_input"
    sentence = "Something in the form is missing or too long."


class BadEmail(BadInput):
    code = "bad_email"
    sentence = "This is no e-mail address. Check it for typing errors."


class WeakPassword(BadInput):
    code = "weak_password"
    sentence = "Take a password of 10 characters or more that is not your e-mail address."


class NoProof(DonfraError):
    status_code, code = 401, "no_proof"
    sentence = "Join the session first."


class NotSignedIn(NoProof):
    code = "not_signed_in"
    sentence = "Sign in first."


class WrongCredentials(NoProof):
    code = "wrong_credentials"
    sentence = "E-mail or password is wrong."


class PasswordNeeded(NoProof):
    code = "password_needed"
    sentence = "This session has a password. Type it and try again."


class NotAllowed(DonfraError):
    status_code, code = 403, "not_allowed"
    sentence = "Only the host may do this."


class BadForm(NotAllowed):
    """A form that did not come from our own page, or from a browser that keeps no cookies."""

    code = "bad_form"
    sentence = "This form could not be checked. Allow cookies for this page, load it again and try once more."


class SignUpClosed(NotAllowed):
    code = "sign_up_closed"
    sentence = "New accounts are made by the operator only. Ask him for one."


class AccountDisabled(NotAllowed):
    code = "account_disabled"
    sentence = "This account is disabled. Ask the operator of this place."


class LinkNotValid(NotAllowed):
    code = "link_not_valid"
    sentence = "This link is not valid any more. Ask for a new one."


class SignInElsewhereFailed(NotAllowed):
    code = "sign_in_elsewhere_failed"
    sentence = "Signing in there did not work. Try again, or sign in with a password."


class InviteNeeded(NotAllowed):
    code = "invite_needed"
    sentence = "This session is for invited people. Open the invite link you were sent."


class Removed(NotAllowed):
    code = "removed"
    sentence = "You were removed from this session."


class Denied(NotAllowed):
    code = "denied"
    sentence = "The host did not let you in."


class NotFound(DonfraError):
    status_code, code = 404, "not_found"
    sentence = "There is no session with this ID. Check the link."


class WrongState(DonfraError):
    status_code, code = 409, "wrong_state"
    sentence = "This cannot be done now."


class SessionEnded(WrongState):
    code = "session_ended"
    sentence = "The session has ended."


class SessionCancelled(WrongState):
    code = "session_cancelled"
    sentence = "This session was cancelled."


class NotOpenYet(WrongState):
    """opens_at: when people may come, in UTC."""

    code = "not_open_yet"

    def __init__(self, opens_at: datetime) -> None:
        when = f"{opens_at.astimezone(UTC):%d %B %Y at %H:%M} UTC".lstrip("0")
        super().__init__(f"This session opens on {when}. Come back then.")
        self.opens_at = opens_at


class NotOnAir(WrongState):
    code = "not_on_air"
    sentence = "The session has not started yet. You come in by yourself when it does."


class StillLive(WrongState):
    code = "still_live"
    sentence = "The session is on air. End it first, then delete it."


class EmailTaken(WrongState):
    code = "email_taken"
    sentence = "There is an account with this e-mail already. Sign in, or reset its password."


class LastAdmin(WrongState):
    code = "last_admin"
    sentence = "This is the last admin. Make somebody else an admin first."


class NoMail(WrongState):
    code = "no_mail"
    sentence = "This place sends no e-mail. Ask its operator for a link to reset your password."


class NoSpace(WrongState):
    code = "no_space"
    sentence = "There is too little space left on the disk. Ask the operator to make some."


class QuotaFull(WrongState):
    code = "quota_full"
    sentence = "The recordings of this host take up all the space that they may. Delete some first."


class TooManyRecordings(WrongState):
    code = "too_many_recordings"
    sentence = "This machine records as many sessions as it can. Stop another one first."


class TooSlow(DonfraError):
    status_code, code = 408, "too_slow"
    sentence = "What you sent did not arrive whole. Check your connection and try again."


class TooLarge(DonfraError):
    status_code, code = 413, "too_large"
    sentence = "This is too large to be sent. Send less, or ask the operator to raise MAX_BODY_BYTES."


class TooManyRequests(DonfraError):
    """`retry_after`: seconds until it is worth trying again."""

    status_code, code = 429, "too_many_requests"
    sentence = "Too many tries in a short time. Wait a moment and try again."

    def __init__(self, retry_after: int, sentence: str | None = None) -> None:
        super().__init__(sentence)
        self.retry_after = max(1, retry_after)


class MediaServerAway(DonfraError):
    status_code, code = 503, "media_server_away"
    sentence = "The media server does not answer. Try again in a few seconds."


class StorageAway(DonfraError):
    """why: for the operator, in words without any secret."""

    status_code, code = 503, "storage_away"
    sentence = "The storage of recordings does not answer. Try again in a few minutes."

    def __init__(self, why: str = "", sentence: str | None = None) -> None:
        super().__init__(sentence)
        self.why = why or self.sentence
