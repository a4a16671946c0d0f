"""The call in the browser: the form before it, the room, the host's tools."""
