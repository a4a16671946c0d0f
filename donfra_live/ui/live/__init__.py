"""The page /live: create a session, join one, see one's own and the public ones."""
