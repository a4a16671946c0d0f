"""The part of /admin about webhooks to other systems."""
