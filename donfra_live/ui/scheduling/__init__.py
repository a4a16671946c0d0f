"""Dates on pages: the fields that plan a session, a planned session's date, the page of a series."""
