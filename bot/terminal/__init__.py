"""Answers for people at a terminal, and for programs that read what it prints."""
