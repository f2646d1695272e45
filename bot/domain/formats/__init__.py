"""Formats of evaluation reports: a file's bytes to a Report. `table.FORMATS` lists what is understood."""

from bot.domain.formats.table import parse_report

__all__ = ["parse_report"]
