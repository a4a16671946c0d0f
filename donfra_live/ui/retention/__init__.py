"""What a session's host does with all of it after the end: export, delete."""
