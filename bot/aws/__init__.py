"""The AWS wing: one adapter per port. It never meets bot/slack."""
