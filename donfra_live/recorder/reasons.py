"""Why a recording ended before it was told to, or failed; in words for the host. Needs no media library."""

import errno

NOTHING = "Nothing was recorded."
DIES = (
    "The recorder ended again and again. What was recorded until then is kept; stop it once more to get it."
)
NO_JOB = (
    "What was to be recorded cannot be read any more. What was recorded until then is kept in its folder."
)
FULL = "The disk was full, so the recording was stopped. What was recorded until then is kept."
NOT_WRITTEN = (
    "The recording could not be written any further, so it was stopped. What was recorded until then is "
    "kept. Ask the operator: the cause stands in recorder.log."
)
GONE = "The media server did not come back, so the recording was stopped."
LONGEST = "The recording ran as long as it may, so it was stopped."
LIMIT = "LiveKit Egress reached its limit, so the recording was stopped."
NO_EGRESS = "LiveKit Egress did not come back, so the recording was stopped."
VANISHED = "LiveKit Egress left the room without a word."
NO_FOLDER = (
    "LiveKit Egress cannot be given a place in our folder of recordings. Ask the operator of this place."
)
NOT_READABLE = "What LiveKit Egress wrote is not readable for us; see docs/features/recording.md, Rights."
NOT_THERE = (
    "LiveKit Egress has finished, but what it wrote is not in our folder of recordings: "
    "EGRESS_FOLDER has to be the path under which Egress sees that folder."
)


def is_full(error: Exception) -> bool:
    """Whether a disk or a quota was the cause. OSError and the media library's errors have an errno."""
    return getattr(error, "errno", None) in {errno.ENOSPC, errno.EDQUOT}


def said_by_egress(error: str) -> str:
    return f"LiveKit Egress says: {error}" if error else VANISHED
