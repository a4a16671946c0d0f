"""donfra live: a place of one's own for live sessions. See docs/architecture.md."""

__version__ = "0.1.0"
