"""A session's page after its end: people, chat, what was done."""
