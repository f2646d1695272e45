"""The Slack wing: words in, messages out. It never meets bot/aws."""
