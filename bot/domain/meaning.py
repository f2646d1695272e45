"""Meaning: what a metric is called by people, which way is better, and its unit."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property, lru_cache
from typing import Final

from bot.domain.canonical import AVERAGES, HUMP, MOST_WORDS
from bot.domain.meaning_table import HEADLINES, Better, Meaning, standard
from bot.domain.spelling import spelled, split_key

__all__ = ["HEADLINES", "Better", "Meaning", "Meanings", "beyond", "is_baseline", "written"]

_BASELINE: Final = "_best_constant_classifier"
_SETS: Final = frozenset(
    {"train", "training", "validation", "valid", "val", "test", "eval", "dev", "holdout"}
)
_AROUND: Final = frozenset({"metrics", "metric", "overall", "score", "mean", "avg", "average", "neg"})
_UNITS: Final[Mapping[str, str]] = {
    **dict.fromkeys(("us", "microseconds"), "µs"),
    **dict.fromkeys(("ms", "millis", "milliseconds"), "ms"),
    **dict.fromkeys(("seconds", "secs", "sec"), "s"),
    **dict.fromkeys(("minutes", "mins"), "min"),
    "hours": "h",
    "bytes": "bytes",
    **{unit.lower(): unit for unit in ("KB", "MB", "GB", "KiB", "MiB", "GiB")},
}
_SPANS: Final = frozenset({"latency", "duration", "time", "elapsed"})
_RATES: Final[Mapping[str, str]] = {"s": "/s", "sec": "/s", "second": "/s", "min": "/min", "minute": "/min"}
_PERCENT: Final = frozenset({"percent", "pct"})
_REQUESTS: Final = frozenset({"throughput", "qps", "rps", "tps"})
_CAPITALS: Final = frozenset({"cpu", "gpu", "ram", "qps", "rps", "tps"})
_TURNED: Final = {Better.HIGHER: Better.LOWER, Better.LOWER: Better.HIGHER}


@dataclass(frozen=True)
class Meanings:
    """What the field's standard metrics mean, and what a team says of its own."""

    own: Mapping[str, Meaning] = field(default_factory=dict)

    def of(self, metric: str) -> Meaning:
        """The meaning of a metric by its name or key (`auc`, `auc[region=EU]`, `bias.DPPL[Gender=0]`).

        What a team says counts first, part by part; a name that nobody knows is its own title, and no
        direction is better.
        """
        name, _ = split_key(metric)
        known = _standard(name)
        if not self.own:
            return known
        for said in (
            self._said.get(spelled(name)),
            self._said.get(spelled(metric)) if metric != name else None,
        ):
            known = said.over(known) if said else known
        return known

    def with_own(self, more: Mapping[str, Meaning]) -> "Meanings":
        """These, and before them what is said in addition."""
        merged = {name: more.get(name, Meaning()).over(meaning) for name, meaning in self.own.items()}
        added = {name: meaning for name, meaning in more.items() if name not in merged}
        return Meanings({**merged, **added})

    @cached_property
    def _said(self) -> Mapping[str, Meaning]:
        """By spelling; of two spellings of one name the later one counts first."""
        said: dict[str, Meaning] = {}
        for name, meaning in self.own.items():
            said[spelled(name)] = meaning.over(said.get(spelled(name), Meaning()))
        return said


def is_baseline(metric: str) -> bool:
    """Whether it measures no model, but the answer that is right most often (SageMaker Developer Guide:
    Model Quality Metrics and Amazon CloudWatch Monitoring).
    """
    return split_key(metric)[0].endswith(_BASELINE)


def written(value: float | None, unit: str = "") -> str:
    """A number as people read it: four significant digits, and no exponent for what can be counted; “–”
    where there is none.
    """
    if value is None or not math.isfinite(value):
        return "–"
    countable = 10_000 <= abs(value) < 10**12  # noqa: PLR2004 - from here on people count
    number = f"{value:,.0f}" if countable else f"{value:.4g}"
    return f"{number} {unit}" if unit else number


def beyond(metric: str, value: float, meaning: Meaning) -> str:
    """Why the value cannot be the metric's, as a sentence without a full stop; empty where it can be."""
    if not meaning.is_beyond(value):
        return ""
    texts = (written(value), *(f"{value:.{digits}g}" for digits in range(5, 18)))
    shown = next(text for text in texts if meaning.is_beyond(float(text.replace(",", ""))))
    title, _, _ = meaning.title.partition(" (")
    percent = meaning.most == 1 and 1 < abs(value) <= 100  # noqa: PLR2004 - all of it
    return (
        f"{metric} is {shown}, which no {_within(title)} can be{' (is it in per cent?)' if percent else ''}"
    )


@lru_cache(maxsize=32768)
def _standard(name: str) -> Meaning:
    if is_baseline(name):
        of = _standard(name.removesuffix(_BASELINE))
        return replace(of, title=f"{of.title} of the best constant classifier", better=None)
    known = _known(spelled(name).split("_"))
    if known is None and (apart := HUMP.sub("_", name)) != name:
        known = _known(spelled(apart).split("_"))
    return known or Meaning(name)


def _known(words: Sequence[str]) -> Meaning | None:
    if found := standard().get("".join(words)):
        return found
    if not 1 < len(words) <= MOST_WORDS:
        return _hinted(words)
    return _of_so_many(words) or _measured(words) or _around(words) or _hinted(words)


def _of_so_many(words: Sequence[str]) -> Meaning | None:
    """`ndcg@10`, `precision_at_5`, `top_5_accuracy`."""
    match words:
        case [*rest, "at", count] if count.isdecimal() and rest and (inner := _known(rest)):
            return replace(inner, title=f"{inner.title}@{count}")
        case ["top", count, *rest] if count.isdecimal() and rest and (inner := _known(rest)):
            return replace(inner, title=f"Top-{count} {_within(inner.title)}")
        case _:
            return None


def _measured(words: Sequence[str]) -> Meaning | None:
    """What a name's unit tells: less time and space are better, and more of anything in a second."""
    last, before = words[-1], words[-2]
    if last in _RATES and before == "per":
        return Meaning(_titled(words), Better.HIGHER, _RATES[last])
    if "throughput" in words or last in _REQUESTS:
        return Meaning(_titled(words), Better.HIGHER)
    if last in _UNITS or (last == "s" and _SPANS.intersection(words)):
        return Meaning(_titled(words[:-1]), Better.LOWER, _UNITS.get(last, "s"))
    if last in _PERCENT:
        known = _known(words[:-1]) or Meaning(_titled(words[:-1]))
        return Meaning(known.title, known.better, "%")
    return None


def _around(words: Sequence[str]) -> Meaning | None:
    """What a name means without the word before or behind it: `macro_f1`, `f1_macro`, `eval_accuracy`."""
    for word, rest in ((words[0], words[1:]), (words[-1], words[:-1])):
        inner = _known(rest) if word in AVERAGES | _SETS | _AROUND else None
        if inner is None:
            continue
        if word == "neg":  # scikit-learn's scorers are all better when higher
            return _negative(inner)
        if word in AVERAGES:
            return replace(inner, title=f"{word.capitalize()} {_within(inner.title)}")
        return replace(inner, title=f"{inner.title} ({word})") if word in _SETS else inner
    return None


def _negative(inner: Meaning) -> Meaning:
    least, most = (None if bound is None else -bound for bound in (inner.most, inner.least))
    turned = _TURNED.get(inner.better) if inner.better else None
    return Meaning(f"Negative {_within(inner.title)}", turned, inner.unit, least, most)


def _hinted(words: Sequence[str]) -> Meaning | None:
    if words[0] == "violations" or "latency" in words:
        return Meaning(_titled(words), Better.LOWER)
    return Meaning(_titled(words), Better.HIGHER) if words[-1] in _REQUESTS else None


def _titled(words: Sequence[str]) -> str:
    first, *rest = (word.upper() if word in _CAPITALS else word for word in words)
    return " ".join([first[:1].upper() + first[1:], *rest])


def _within(title: str) -> str:
    """A title in the middle of another: `precision`, but `AUC`."""
    return title[:1].lower() + title[1:] if title[1:2].islower() else title
