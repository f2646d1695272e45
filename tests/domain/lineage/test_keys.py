"""One thing has one key, whoever tells of it."""

import pytest

from bot.domain.lineage import keys
from bot.domain.lineage.graph import Kind
from bot.domain.model import Version

ARN = "arn:aws:sagemaker:us-east-1:123456789012"


@pytest.mark.parametrize(
    ("arn", "key"),
    [
        (f"{ARN}:training-job/churn-12", "job:training/churn-12"),
        (f"{ARN}:processing-job/prepare", "job:processing/prepare"),
        (f"{ARN}:transform-job/score", "job:transform/score"),
        (f"{ARN}:experiment-trial-component/churn-12-aws-training-job", "job:training/churn-12"),
        (f"{ARN}:experiment-trial-component/mine", f"other:{ARN}:experiment-trial-component/mine"),
        (f"{ARN}:model-package/churn/12", "version:churn:12"),
        (f"{ARN}:model-package/unversioned", f"other:{ARN}:model-package/unversioned"),
        (f"{ARN}:endpoint/churn", "endpoint:churn"),
        (f"{ARN}:feature-group/customers", "features:customers"),
        (f"{ARN}:artifact/abc", f"other:{ARN}:artifact/abc"),
        ("no arn", "other:no arn"),
        (f"{ARN}:model-package/churn/²", f"other:{ARN}:model-package/churn/²"),
    ],
)
def test_an_arn_is_the_key_of_what_it_names(arn: str, key: str) -> None:
    assert keys.of_arn(arn) == key


@pytest.mark.parametrize(
    ("key", "kind", "name"),
    [
        (keys.data("s3://b/x"), Kind.DATA, "s3://b/x"),
        (keys.data("https://x"), Kind.DATA, "https://x"),
        (keys.features("customers"), Kind.FEATURES, "customers"),
        (keys.job("training", "Churn-12"), Kind.JOB, "churn-12"),
        (keys.image("a.dkr/x:1"), Kind.IMAGE, "a.dkr/x:1"),
        (keys.commit("abc"), Kind.COMMIT, "abc"),
        (keys.version(Version("churn", 12)), Kind.VERSION, "churn:12"),
        (keys.promotion("p_1"), Kind.PROMOTION, "p_1"),
        (keys.endpoint("Churn"), Kind.ENDPOINT, "churn"),
        (keys.other("arn:x"), Kind.OTHER, "arn:x"),
    ],
)
def test_a_key_says_what_it_is_of(key: str, kind: Kind, name: str) -> None:
    node = keys.bare(key)
    assert (node.key, node.kind, node.name) == (key, kind, name)


def test_a_version_is_read_back_from_its_key() -> None:
    assert keys.version_of("version:churn:12") == Version("churn", 12)
    assert keys.version_of("endpoint:churn") is None
    assert keys.version_of("version:churn:²") is None
