"""Every expected refusal: a status for REST, a word for programs, a sentence for people.

DonfraError
  BadInput 422      NoProof 401        NotAllowed 403      NotFound 404
  WrongState 409 (SessionEnded, NotOnAir)                  TooLarge 413
  TooManyRequests 429 (retry_after)    MediaServerAway 503
Anything else is a fault of ours: logged, shown as "Something went wrong".
"""


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


class NoProof(DonfraError):
    status_code, code = 401, "no_proof"
    sentence = "Join the session first."


class NotAllowed(DonfraError):
    status_code, code = 403, "not_allowed"
    sentence = "Only the host may do this."


class NotFound(DonfraError):
    status_code, code = 404, "not_found"
    sentence = "There is no session with this ID. Check the link."


class WrongState(DonfraError):
    status_code, code = 409, "wrong_state"
    sentence = "This cannot be done now."


class SessionEnded(WrongState):
    code = "session_ended"
    sentence = "The session has ended."


class NotOnAir(WrongState):
    code = "not_on_air"
    sentence = "The session has not started yet. You come in by yourself when it does."


class TooLarge(DonfraError):
    status_code, code = 413, "too_large"
    sentence = "This is too large to be sent."


class TooManyRequests(DonfraError):
    """`retry_after`: seconds until it is worth trying again."""

    status_code, code = 429, "too_many_requests"
    sentence = "Too many tries in a short time. Wait a moment and try again."

    def __init__(self, retry_after: int) -> None:
        super().__init__()
        self.retry_after = max(1, retry_after)


class MediaServerAway(DonfraError):
    status_code, code = 503, "media_server_away"
    sentence = "The media server does not answer. It is being started again; try once more in a few seconds."
