"""Reports as tests read them."""

import json
from pathlib import Path

import pytest

from bot.domain.formats import parse_report
from bot.domain.refusals import Unreadable
from bot.domain.report import Report

URI = "s3://acme-ml/churn/12/evaluation.json"
SAMPLES = Path(__file__).parent.parent / "data" / "reports"
NEXT = "and register a new version."


def read(document: object) -> Report:
    return parse_report(json.dumps(document).encode(), URI)


def sample(name: str) -> Report:
    return parse_report((SAMPLES / name).read_bytes(), URI)


def values(report: Report) -> dict[str, float]:
    return {metric.key: metric.value for metric in report.metrics}


def notes(report: Report) -> list[str]:
    return [str(oddity) for oddity in report.oddities]


def refusal_of(raw: bytes) -> str:
    with pytest.raises(Unreadable) as refused:
        parse_report(raw, URI)
    return refused.value.sentence
