"""How long somebody in the lobby counts as there; pure."""

from datetime import timedelta

# Who waits asks again every 20 seconds; who has not asked three times has gone.
GONE_AFTER = timedelta(seconds=65)
