"""Finds, builds, starts and supervises a livekit-server of our own, in a process of its own.

The app uses `client`; `supervisor` is that other process, so that an edit, a crash or an update
of the app does not drop calls. Imports nothing of the app but its settings and errors.
"""
