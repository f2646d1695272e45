"""A local Slack and a local AWS around the real template and the real handlers."""
