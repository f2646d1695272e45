"""Whatever TOML the file holds, it is a policy or a sentence; never a crash."""

from typing import Any

from hypothesis import example, given
from hypothesis import strategies as st

from bot.config import parse_policy
from bot.domain.policy import Policy
from bot.domain.refusals import Unreadable

KEYS = st.text(min_size=1) | st.sampled_from(
    [
        "project", "groups", "people", "stages", "models", "name", "channel", "endpoint", "approvals",
        "notify", "four_eyes", "expires", "rollout", "instance", "remind", "group", "count", "kind",
        "percent", "bake", "alarms", "type", "guardrails", "tolerance", "auc", "leads", "serverless",
        "memory", "concurrency", "capture", "to", "smoke", "rollback", "metric", "above", "period", "for",
        "test_data", "problem", "test_instance", "prices", "ml.m5.large", "metrics", "better", "unit",
        "uplift", "model_card",
    ]
)  # fmt: skip
SCALARS = (
    st.booleans() | st.integers() | st.floats() | st.text()
    | st.sampled_from(["{model}", "canary", "linear", "leads", "U01ANA", "@x", "10m", ">= 0.8", "machine",
                       "s3://acme/x", "s3://acme/{stage}/", "latency", "5xx", "500ms", "{endpoint}-5xx",
                       "higher", "nearest 0", "write", ">= champion - 0.1", "between 1 and 2"])
)  # fmt: skip
VALUES: st.SearchStrategy[Any] = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS, inner, max_size=5),
    max_leaves=15,
)
VALID: dict[str, Any] = {
    "project": {"name": "acme", "channel": "#ml"},
    "groups": {"leads": ["U01ANA"]},
    "stages": [
        {
            "name": "production",
            "endpoint": "{model}",
            "approvals": [{"group": "leads", "count": 1}],
            "rollout": {
                "kind": "canary",
                "percent": 10,
                "bake": "10m",
                "alarms": ["a", {"metric": "latency", "above": "500ms", "period": "5m"}],
            },
            "rollback": {"approvals": [{"group": "leads", "count": 1}]},
            "instance": {"type": "ml.m5.large"},
            "capture": {"percent": 20, "to": "s3://acme/x/"},
            "smoke": 10,
        }
    ],
    "models": {
        "churn": {
            "guardrails": {"auc": ">= 0.8"},
            "tolerance": {"auc": 0.1},
            "test_data": "s3://acme/{stage}/",
            "problem": "regression",
            "test_instance": {"type": "ml.m5.large"},
            "metrics": {"uplift": {"better": "higher", "unit": "%", "name": "Uplift"}},
            "model_card": "write",
        }
    },
    "prices": {"ml.m5.large": 0.115},
    "metrics": {"bias.DI": {"better": "nearest 1"}},
}


def toml(value: object) -> str:
    """A value as TOML writes it in one line."""
    if isinstance(value, dict):
        return "{" + ", ".join(f"{quoted(key)} = {toml(item)}" for key, item in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(map(toml, value)) + "]"
    return quoted(value) if isinstance(value, str) else str(value).lower()


def quoted(text: str) -> str:
    return '"' + "".join(f"\\U{ord(letter):08x}" for letter in text) + '"'


def outcome(document: dict[str, Any]) -> Policy | str:
    try:
        return parse_policy("".join(f"{quoted(k)} = {toml(v)}\n" for k, v in document.items()).encode())
    except Unreadable as refused:
        return refused.sentence


def put(node: Any, where: list[int], value: object) -> Any:
    """The document with one value in it replaced."""
    if not where or not isinstance(node, dict | list) or not node:
        return value
    keys = list(node) if isinstance(node, dict) else list(range(len(node)))
    key = keys[where[0] % len(keys)]
    copy: Any = dict(node) if isinstance(node, dict) else list(node)
    copy[key] = put(node[key], where[1:], value)
    return copy


@given(document=st.dictionaries(KEYS, VALUES, max_size=5))
@example(document=VALID)
def test_any_toml_is_a_policy_or_unreadable(document: dict[str, Any]) -> None:
    assert outcome(document)


@given(where=st.lists(st.integers(0, 5), min_size=1, max_size=5), value=VALUES)
def test_any_one_wrong_value_in_a_right_file_is_a_policy_or_unreadable(where: list[int], value: Any) -> None:
    assert outcome(put(VALID, where, value))


def test_the_right_file_that_the_properties_start_from_is_right() -> None:
    assert isinstance(outcome(VALID), Policy)
