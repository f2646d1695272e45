"""The models that the local SageMaker can run."""

import gzip
import io
import math
import tarfile
from typing import Any

import pytest

from playground.aws.tiny_model import UnusableModel, load, model_of, pack

LINEAR = {"format": "tiny-model/1", "kind": "linear", "coefficients": [2.0, -1.0], "intercept": 0.5}
LOGISTIC = {**LINEAR, "kind": "logistic"}
SOFTMAX = {
    "format": "tiny-model/1",
    "kind": "softmax",
    "coefficients": [[1, 0], [0, 1], [0, 0]],
    "intercept": [0, 0, 0],
}
STUMP: list[dict[str, Any]] = [
    {"feature": 0, "threshold": 1.5, "left": 1, "right": 2},
    {"value": -1},
    {"feature": 1, "threshold": 0, "left": 3, "right": 4},
    {"value": 2},
    {"value": 4},
]
TREES = {"format": "tiny-model/1", "kind": "trees", "features": 2, "trees": [STUMP, [{"value": 0.25}]]}


def sigmoid(score: float) -> float:
    return 1 / (1 + math.exp(-score))


def archive(name: str, content: bytes) -> bytes:
    packed, member = io.BytesIO(), tarfile.TarInfo(name)
    member.size = len(content)
    with tarfile.open(fileobj=packed, mode="w:gz") as tar:
        tar.addfile(member, io.BytesIO(content))
    return packed.getvalue()


@pytest.mark.parametrize(
    ("document", "line", "answer"),
    [
        (LINEAR, "3,1", [5.5]),
        (LINEAR, " 0.1 , 1e3\r", [-999.3]),
        (LOGISTIC, "3,1", [sigmoid(5.5)]),
        (LOGISTIC, "-1000,0", [0.0]),
        (LOGISTIC, "1000,0", [1.0]),
        (SOFTMAX, "0,0", [1 / 3, 1 / 3, 1 / 3]),
        (SOFTMAX, "1000,0", [1.0, 0.0, 0.0]),
        (TREES, "1.5,9", [-0.75]),
        (TREES, "1.6,0", [2.25]),
        (TREES, "1.6,0.1", [4.25]),
        ({**TREES, "combine": "mean"}, "1.6,0.1", [2.125]),
        ({**TREES, "combine": "mean", "base": 1}, "1.6,0.1", [3.125]),
        ({**TREES, "link": "logistic"}, "1.5,9", [sigmoid(-0.75)]),
    ],
)
def test_a_line_is_scored_exactly(document: dict[str, Any], line: str, answer: list[float]) -> None:
    answered = load(pack(document)).answer(line)
    assert [float(cell) for cell in answered.split(",")] == pytest.approx(answer, rel=1e-12)
    assert answered == ",".join(repr(float(cell)) for cell in answered.split(","))


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("1", "takes 2 columns, the line has 1"),
        ("1,2,3", "takes 2 columns, the line has 3"),
        ("1,", "no number"),
        ("a,2", "no number: 'a,2'"),
        ("nan,2", "no finite number"),
        ("1,inf", "no finite number"),
        ("8e307,-8e307", "too large"),
    ],
)
def test_a_bad_line_is_refused_in_a_sentence(line: str, said: str) -> None:
    with pytest.raises(ValueError, match=said):
        load(pack(LINEAR)).answer(line)


def test_the_same_document_gives_the_same_bytes() -> None:
    assert pack(TREES) == pack(dict(reversed(TREES.items())))
    assert pack(TREES) != pack({**TREES, "base": 1})


@pytest.mark.parametrize("name", ["model.json", "./model.json"])
def test_an_archive_of_any_tar_is_read(name: str) -> None:
    body = b'{"format": "tiny-model/1", "kind": "linear", "coefficients": [1], "intercept": 0}'
    assert load(archive(name, body)).answer("7") == "7.0"


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "not a gzipped tar"),
        (b"a pickle", "not a gzipped tar"),
        (gzip.compress(b"a pickle", mtime=0), "not a gzipped tar"),
        (pack(LINEAR)[:-4], "not a gzipped tar"),
        (archive("xgboost-model", b"\x00"), "no model.json"),
        (archive("model.json", b"\xff"), "not JSON"),
        (archive("model.json", b"{"), "not JSON"),
        (archive("model.json", b"[]"), "not a JSON object"),
        (pack({**LINEAR, "format": "tiny-model/2"}), "The format of model.json is 'tiny-model/2'"),
        (pack({**LINEAR, "kind": "forest"}), "not 'forest'"),
        (pack({**LINEAR, "coefficients": []}), "list of numbers"),
        (pack({**LINEAR, "coefficients": [True]}), "True where a finite number"),
        (pack({**LINEAR, "intercept": math.inf}), "inf where a finite number"),
        (pack({"format": "tiny-model/1", "kind": "linear"}), "'coefficients'"),
        (pack({**SOFTMAX, "intercept": [0]}), "one intercept for each"),
        (pack({**TREES, "trees": []}), "no trees"),
        (pack({**TREES, "trees": [[]]}), "no nodes"),
        (pack({**TREES, "trees": [[{**STUMP[0], "left": 0}, *STUMP[1:]]]}), "leads nowhere"),
        (pack({**TREES, "trees": [[{**STUMP[0], "feature": 2}, *STUMP[1:]]]}), "leads nowhere"),
        (pack({**TREES, "trees": [[{**STUMP[0], "feature": 0.5}, *STUMP[1:]]]}), "leads nowhere"),
        (pack({**TREES, "features": 2.0}), "number of columns"),
        (pack({**TREES, "link": "probit"}), "identity or logistic"),
        (pack({**TREES, "trees": [[{"feature": "a"}]]}), "lacks or misshapes"),
        (pack({**TREES, "trees": 5}), "lacks or misshapes"),
    ],
)
def test_what_is_no_such_model_is_named(content: bytes, said: str) -> None:
    with pytest.raises(UnusableModel, match=said):
        load(content)


def test_a_bias_in_the_environment_moves_the_score_before_the_link() -> None:
    container = {"ModelDataUrl": "s3://b/m", "Environment": {"TINY_BIAS": "1.5"}}
    assert float(model_of([container], {"s3://b/m": pack(LOGISTIC)}.__getitem__).answer("3,1")) == sigmoid(7)
    assert (
        model_of([container], {"s3://b/m": pack(SOFTMAX)}.__getitem__)
        .answer("0,0")
        .endswith(repr(math.exp(0) / (2 * math.exp(-1.5) + 1)))
    )


def test_each_container_of_a_pipeline_reads_the_answer_of_the_one_before() -> None:
    last = {"format": "tiny-model/1", "kind": "linear", "coefficients": [0, 0, 10], "intercept": 1}
    stored = {"s3://b/first": pack(SOFTMAX), "s3://b/last": pack(last)}
    source = {"S3DataSource": {"S3Uri": "s3://b/last", "S3DataType": "S3Object", "CompressionType": "Gzip"}}
    model = model_of([{"ModelDataUrl": "s3://b/first"}, {"ModelDataSource": source}], stored.__getitem__)
    assert float(model.answer("0,0")) == pytest.approx(1 + 10 / 3)


@pytest.mark.parametrize(
    ("containers", "said"),
    [
        ([], "no containers"),
        ([{"Image": "sklearn:1"}], "sklearn:1 has no model data"),
        ([{"ModelDataUrl": "s3://b/bad"}], "s3://b/bad cannot be used: The model data is not"),
        ([{"ModelDataUrl": "s3://b/m", "Environment": {"TINY_BIAS": "much"}}], "TINY_BIAS is 'much'"),
        ([{"ModelDataUrl": "s3://b/m", "Environment": {"TINY_BIAS": "nan"}}], "TINY_BIAS is 'nan'"),
    ],
)
def test_a_container_that_cannot_be_run_is_named(containers: list[dict[str, Any]], said: str) -> None:
    with pytest.raises(UnusableModel, match=said):
        model_of(containers, {"s3://b/bad": b"pickle", "s3://b/m": pack(LINEAR)}.__getitem__)
