"""Somebody who brings nothing but a name into a session that is open to him: most joins by REST."""
