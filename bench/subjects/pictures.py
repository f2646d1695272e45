"""Draws as many of the three pictures as it is asked for, and nothing else: no Bolt, no boto3."""

from bot.domain.comparison import Comparison
from bot.domain.report import Curve, CurveKind, Matrix, Metric, Report
from bot.slack.pictures import drawings
from bot.slack.pictures.render import png

REGIONS = ("Africa", "APAC", "EU", "Middle East", "North America", "South America")


def handler(event, _context):  # noqa: ANN001, ANN201, D103
    drawn = drawings(evidence(0.0), evidence(0.02), ("churn:12", "churn:9"), Comparison((), None, ()))
    if len(drawn) != 3:  # noqa: PLR2004 - what is measured
        raise RuntimeError(f"{len(drawn)} pictures")
    return {"bytes": [len(png(drawn[place].svg)) for place in event["which"]]}


def evidence(worse: float) -> Report:
    """A report with a matrix, a calibration curve and slices."""
    counts = ((1180 * (1 - worse), 510), (96, 214 * (1 - worse)))
    points = tuple(((n + 0.5) / 10, (n + 0.5) / 10 * (1 - worse * 4)) for n in range(10))
    metrics = [
        Metric("auc", 0.8 + n / 100 - worse, 0.01, f"region={region}") for n, region in enumerate(REGIONS)
    ]
    return Report(
        "bench",
        "s3://b/k",
        "d",
        (Metric("auc", 0.84 - worse), *metrics),
        curves=(Curve(CurveKind.CALIBRATION, points, lines=tuple(range(100, 1100, 100))),),
        matrices=(Matrix(("0", "1"), counts),),
    )
