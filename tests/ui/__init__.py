"""The pages' handlers, without a browser."""
