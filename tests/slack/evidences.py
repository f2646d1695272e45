"""Evidence of every kind, to be shown: a version beside what is live."""

import math
from dataclasses import replace
from datetime import UTC, datetime
from typing import Final

from bot.domain.comparison import Comparison, Row
from bot.domain.meaning import Better
from bot.domain.model import Approval, Identity, Package, Version
from bot.domain.model_card import ModelCard
from bot.domain.report import (
    Attribution,
    Constraint,
    Curve,
    CurveKind,
    Dataset,
    Matrix,
    Metric,
    Oddity,
    Report,
    Violation,
)
from bot.domain.wording import group, person
from bot.usecases.evidence import Evidence, Reported, Source

NOON: Final = datetime(2026, 3, 1, 12, tzinfo=UTC)
V11, V12 = Version("churn", 11), Version("churn", 12)
HOSTILE: Final = (
    f"<!channel> <@U01ANA> {person('U01ANA')}{group('S01LEADS')} *bold* `code` & \x1b[31m\u202e\n"
    + "x&<>" * 1500
)
PACKAGE: Final = Package(
    version=V12,
    arn="arn:aws:sagemaker:us-east-1:1:model-package/churn/12",
    status="Completed",
    approval=Approval.PENDING,
    registered_at=NOON,
    registered_by=Identity("cara"),
    containers=(),
)
HELD_OUT: Final = Dataset(("s3://acme-ml/churn/test/",), "1a2b3c4d" + "0" * 56, 2000)
ROWS: Final = (
    Row("auc", 0.9132, 0.8951, "≥ 0.80", guardrail_met=True, better=True, title="AUC",
        candidate_deviation=0.004, champion_deviation=0.0042, direction=Better.HIGHER),
    Row("recall", 0.7, 0.71, better=False, title="Recall", candidate_deviation=0.02,
        champion_deviation=0.02, direction=Better.HIGHER),
    Row("f1", 0.8, 0.8, title="F1", direction=Better.HIGHER),
    Row("precision", 0.9, 0.8, better=True, title="Precision", direction=Better.HIGHER),
    Row("latency.p95_ms", 131.5, 120.25, "≤ 150", guardrail_met=True, better=False,
        title="Latency p95", unit="ms", direction=Better.LOWER),
    Row("uplift", 3.25, 2.5, title="uplift"),
    Row("mae", 12.5, None, title="MAE", direction=Better.LOWER),
)  # fmt: skip
SLICE: Final = Row(
    "auc[region=EU]", 0.71, 0.74, better=False, title="AUC · region=EU", direction=Better.HIGHER
)


def roc(bend: float, points: int = 60) -> Curve:
    """A ROC curve that bends towards its corner the more, the greater `bend` is."""
    places = [n / (points - 1) for n in range(points)]
    return Curve(CurveKind.ROC, tuple((x, x ** (1 / bend)) for x in places))


CARD: Final = ModelCard(
    owner="ml-platform",
    purpose="Who is about to leave",
    intended_uses="Ranking customers for the retention team; not for prices.",
    risk_rating="Medium",
    caveats="Trained on consumers only.",
)
SOURCES: Final = (
    Source("test", "s3://mlops-artifacts/reports/p_1.json", "9f8e7d6c" + "0" * 56),
    Source("model quality", "s3://acme-ml/churn/12/model_quality.json", "5e6f7a8b" + "0" * 56),
    Source("bias", "s3://acme-ml/churn/12/bias.pdf", problem="It is application/pdf, and I read JSON."),
)
BIAS: Final = (
    Metric("bias.DPPL", -0.125, part="Gender=0"),
    Metric("bias.DI", 0.71, part="Gender=0"),
    Metric("bias.AD", 0.02, part="Gender=0"),
    Metric("bias.CDDPL", 0.01, part="Gender=0"),
    Metric("bias.DPPL", 0.031, part="Age=(65, 110]"),
    Metric("bias.DI", math.nan, part="Age=(65, 110]"),
)
REPORT: Final = Report(
    kind="test",
    uri="s3://mlops-artifacts/reports/p_1.json",
    digest="9f8e7d6c" + "0" * 56,
    metrics=(
        Metric("auc", 0.9132, 0.004),
        Metric("recall", 0.7, 0.02),
        Metric("f1", 0.8),
        Metric("precision", 0.9),
        Metric("mae", 12.5),
        Metric("gain", math.nan),
        *BIAS,
    ),
    problem="binary_classification",
    data=HELD_OUT,
    curves=(roc(5.0), Curve(CurveKind.CALIBRATION, ((0.1, 0.12), (0.5, 0.48), (0.9, 0.93)))),
    matrices=(Matrix(("0", "1"), ((900, 100), (120, 880))),),
    attributions=(
        Attribution("churned", tuple((f"feature {n}", (-1) ** n * 0.5 / (n + 1)) for n in range(14))),
    ),
    constraints=(
        Constraint("auc", ">=", 0.75),
        Constraint("recall", ">=", 0.72),
        Constraint("log_loss", "<=", 0.4),
    ),
    oddities=tuple(Oddity(f"$.metrics[{n}].value", "is “NaN”, no number") for n in range(5)),
)
CHAMPION: Final = replace(
    REPORT,
    digest="0a" * 32,
    curves=(roc(4.0, 40),),
    matrices=(),
    attributions=(),
    oddities=(),
    constraints=(),
)
COMPARISON: Final = Comparison(
    rows=ROWS,
    champion=V11,
    failures=(),
    left_out=12,
    notes=("Nobody says what mae was measured on",),
    worst=SLICE,
)
FULL: Final = Reported(
    PACKAGE,
    Evidence(REPORT, SOURCES, CARD),
    COMPARISON,
    Evidence(CHAMPION, (Source("as it went live", "", "0a" * 32),)),
    "production",
)
APART: Final = (
    "Not comparable with churn:11: it was measured on 2,000 other rows (99887766 there, 1a2b3c4d here)."
)
NOT_COMPARABLE: Final = replace(
    FULL,
    comparison=replace(
        COMPARISON,
        rows=tuple(replace(row, comparable=False, better=None) for row in ROWS),
        incomparable=APART,
        worst=None,
        notes=(),
    ),
)
FAILING: Final = replace(
    FULL,
    comparison=Comparison(
        rows=(replace(ROWS[0], candidate=0.7511, guardrail_met=False, better=False), *ROWS[1:3]),
        champion=V11,
        failures=("auc is 0.7511 and must be ≥ 0.80",),
        warnings=("recall is 0.01 worse than churn:11’s; 0.005 is tolerated",),
    ),
)
WARNED: Final = replace(
    FULL,
    comparison=replace(COMPARISON, warnings=("recall is 0.01 worse than churn:11’s; 0.005 is tolerated",)),
)
NOTHING: Final = Reported(PACKAGE, Evidence(None), Comparison((), None, ()), None, "production")
UNREADABLE: Final = replace(NOTHING, evidence=Evidence(None, SOURCES[2:], CARD))
ALONE: Final = Reported(
    PACKAGE,
    Evidence(Report("home-made", "s3://acme-ml/e.json", "ab" * 32, (Metric("accuracy", 0.9),)), SOURCES[1:2]),
    Comparison((Row("accuracy", 0.9, None, title="Accuracy", direction=Better.HIGHER),), None, ()),
    None,
    "production",
)
ONLY_BIAS: Final = Reported(
    PACKAGE,
    Evidence(Report("bias", "s3://acme-ml/b.json", "cd" * 32, BIAS), (Source("bias", "s3://a/analysis.json"),)),
    Comparison(
        (
            Row("bias.DPPL[Gender=0]", -0.125, None, "|x| ≤ 0.10", guardrail_met=False,
                title="DPPL (difference in positive proportions) · Gender=0", direction=Better.ZERO),
        ),
        None,
        ("bias.DPPL is -0.125 on Gender=0 and must be |x| ≤ 0.10",),
    ),
    None,
    "production",
)  # fmt: skip
VIOLATED: Final = Reported(
    PACKAGE,
    Evidence(
        Report(
            "violations",
            "s3://acme-ml/constraint_violations.json",
            "ef" * 32,
            (Metric("violations", 9),),
            violations=(
                *(
                    Violation("baseline_drift_check", f"f{n}", "", 0.1 + n / 10, 0.1)
                    for n in range(1, 8)
                ),
                Violation("data_type_check", "age", "Only 98 % of the values are integral", 0.98, 1.0),
                Violation("missing_column_check", "", "There is one column less than in the baseline"),
            ),
        ),
        (Source("data quality violations", "s3://acme-ml/constraint_violations.json", "ef" * 32),),
    ),
    Comparison((Row("violations", 9, None, title="Violations", direction=Better.LOWER),), None, ()),
    None,
    "production",
)  # fmt: skip
ONLY_SHAP: Final = Reported(
    PACKAGE,
    Evidence(
        Report("explainability", "s3://acme-ml/s.json", "5a" * 32, (), attributions=REPORT.attributions),
        (Source("explainability", "s3://acme-ml/s.json", "5a" * 32),),
    ),
    Comparison((), None, ()),
    None,
    "production",
)
DRIFTED: Final = Reported(
    PACKAGE,
    Evidence(
        Report(
            "violations",
            "s3://acme-ml/constraint_violations.json",
            "d1" * 32,
            (Metric("violations", 2),),
            violations=tuple(
                Violation(
                    "feature_attribution_drift_check",
                    f"shap of label{n}",
                    f"Feature attribution drift {value} exceeds threshold 0.9",
                    value,
                    0.9,
                )
                for n, value in enumerate((0.76, 0.73))
            ),
        ),
        (Source("explainability violations", "s3://acme-ml/constraint_violations.json", "d1" * 32),),
    ),
    Comparison((Row("violations", 2, None, title="Violations", direction=Better.LOWER),), None, ()),
    None,
    "production",
)
UNVIOLATED: Final = replace(
    VIOLATED,
    evidence=Evidence(replace(VIOLATED.evidence.report, violations=(), metrics=(Metric("violations", 0),)))
    if VIOLATED.evidence.report
    else VIOLATED.evidence,
    comparison=Comparison(
        (Row("violations", 0, None, title="Violations", direction=Better.LOWER),), None, ()
    ),
)
EVIL: Final = Reported(
    PACKAGE,
    Evidence(
        Report(
            HOSTILE,
            HOSTILE,
            HOSTILE,
            (Metric("bias.X", 0.5, part=HOSTILE), Metric(HOSTILE, 0.5), Metric("violations", 50)),
            data=Dataset((HOSTILE,) * 5, HOSTILE, 10**15),
            curves=(roc(3.0), replace(roc(2.0), kind=CurveKind.PRECISION_RECALL)),
            attributions=tuple(
                Attribution(f"{HOSTILE}{n}", tuple((f"{HOSTILE}{k}", 1e300 * k) for k in range(30)))
                for n in range(3)
            ),
            violations=(Violation(HOSTILE, HOSTILE, HOSTILE, 1e300, -1e300),) * 50,
            constraints=(Constraint(HOSTILE, HOSTILE, 1.0), Constraint(HOSTILE, ">=", 1.0)) * 30,
            oddities=(Oddity(HOSTILE, HOSTILE),) * 1000,
        ),
        (Source(HOSTILE, f"s3://b/{HOSTILE}", HOSTILE), Source(HOSTILE, HOSTILE, problem=HOSTILE)) * 20,
        ModelCard(HOSTILE, HOSTILE, HOSTILE, HOSTILE, HOSTILE),
    ),
    Comparison(
        tuple(
            Row(f"{HOSTILE}{n}", 0.5, 0.4, HOSTILE, guardrail_met=False, better=True, title=f"{HOSTILE}{n}",
                unit="x" * 50, candidate_deviation=1e300, champion_deviation=1e-300)
            for n in range(60)
        ),
        Version("m" * 63, 999_999_999),
        (HOSTILE,),
        (HOSTILE,) * 9,
        10**9,
        (HOSTILE,),
        incomparable=HOSTILE,
        worst=replace(SLICE, title=HOSTILE),
    ),
    Evidence(None, (Source(HOSTILE, HOSTILE, problem=HOSTILE),) * 9),
    "production",
)  # fmt: skip

REPORTS: Final[dict[str, Reported]] = {
    "full": FULL,
    "not_comparable": NOT_COMPARABLE,
    "failing": FAILING,
    "warned": WARNED,
    "nothing": NOTHING,
    "unreadable": UNREADABLE,
    "alone": ALONE,
    "only_bias": ONLY_BIAS,
    "only_shap": ONLY_SHAP,
    "violated": VIOLATED,
    "drifted": DRIFTED,
    "unviolated": UNVIOLATED,
}
