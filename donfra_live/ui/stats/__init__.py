"""Figures: the dashboard, of one session, of a series; with charts, their tables and files."""
