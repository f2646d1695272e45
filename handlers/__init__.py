"""The doors: one file a Lambda."""
