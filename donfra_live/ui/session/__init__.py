"""The page of one session, and the state behind every call."""
