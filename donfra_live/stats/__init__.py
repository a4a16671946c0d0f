"""Figures of sessions: how many came, when they left, how good the connection was."""
