"""What a link to a recording shows: the film alone, in place of the session's page."""
