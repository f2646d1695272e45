"""Batch transform: reads every object under a prefix, scores its lines, writes the answers."""

import gzip
import zlib
from collections.abc import Callable, Iterator
from typing import Any, Final

from botocore.exceptions import ClientError

from playground.aws.model_data import containers_of, reader
from playground.aws.sagemaker_base import LOCK, store
from playground.aws.tiny_model import TinyModel, UnusableModel, model_of
from playground.aws.transform_plans import Plan, split

_LOOK_EVERY: Final = 5_000  # lines between two looks whether the job was stopped


class TransformFailed(Exception):  # noqa: N818 - reads as what happened
    """The job fails; the text is its FailureReason."""


class Stopped(Exception):  # noqa: N818 - reads as what happened
    """Somebody stopped the job."""


class Transform:
    """One run of a job, in a thread of its own; S3 is called and lines are scored without LOCK.

    Args:
        plan: what was asked.
        s3: an S3 client.
        stopped: whether somebody has stopped the job.
        fault: why it is to fail, if it is.
    """

    def __init__(self, plan: Plan, s3: Any, *, stopped: Callable[[], bool], fault: str = "") -> None:
        self._plan, self._s3, self._stopped, self._fault = plan, s3, stopped, fault

    def run(self) -> None:
        """Write all output.

        Raises:
            TransformFailed: with the reason, in AWS's manner.
            Stopped: nothing is written after it was.
        """
        if self._fault:
            raise TransformFailed(self._fault)
        model = self._model()
        for key in self._keys():
            body = self._answers(model, key)
            if self._stopped():
                raise Stopped
            self._write(key, body)

    def _model(self) -> TinyModel:
        try:
            with LOCK:
                containers = containers_of(store(), self._plan.model)
            environment = self._plan.environment
            return model_of(
                [
                    {**it, "Environment": {**(it.get("Environment") or {}), **environment}}
                    for it in containers
                ],
                reader(self._s3),
            )
        except UnusableModel as problem:
            raise TransformFailed(
                f"AlgorithmError: The containers of model {self._plan.model} did not pass the ping health "
                f"check. {problem}"
            ) from problem

    def _keys(self) -> list[str]:
        bucket, prefix = split(self._plan.source)
        try:
            pages = self._s3.get_paginator("list_objects_v2").paginate(Bucket=bucket, Prefix=prefix)
            keys = [found["Key"] for page in pages for found in page.get("Contents", [])]
        except ClientError as problem:
            raise TransformFailed(f"ClientError: {self._plan.source}: {_said(problem)}") from problem
        objects = sorted(key for key in keys if not key.endswith("/"))
        if not objects:
            raise TransformFailed(
                f'ClientError: No S3 objects found under S3 URL "{self._plan.source}" given in input data '
                "source. Please ensure that the bucket exists in the selected region and that objects exist "
                "under that S3 prefix."
            )
        return objects

    def _answers(self, model: TinyModel, key: str) -> bytes:
        plan, answers = self._plan, list[str]()
        for number, line in self._lines(key):
            if number % _LOOK_EVERY == 0 and self._stopped():
                raise Stopped
            try:
                answers.append(plan.written(line, model.answer(plan.seen(line))))
            except ValueError as problem:
                raise TransformFailed(
                    "ClientError: Bad HTTP status received from algorithm: 400. "
                    f"s3://{split(plan.source)[0]}/{key}, line {number}: {problem}"
                ) from problem
        end = "\n" if answers and plan.last_newline else ""
        return ("\n".join(answers) + end).encode()

    def _lines(self, key: str) -> Iterator[tuple[int, str]]:
        bucket = split(self._plan.source)[0]
        try:
            body: bytes = self._s3.get_object(Bucket=bucket, Key=key)["Body"].read()
            text = (gzip.decompress(body) if self._plan.zipped else body).decode()
        except ClientError as problem:
            raise TransformFailed(f"ClientError: s3://{bucket}/{key}: {_said(problem)}") from problem
        except (OSError, EOFError, zlib.error, UnicodeDecodeError) as problem:
            kind = "gzipped UTF-8 text" if self._plan.zipped else "UTF-8 text"
            raise TransformFailed(f"ClientError: s3://{bucket}/{key} is no {kind}.") from problem
        for number, line in enumerate(text.split("\n"), 1):
            if line.strip():
                yield number, line.rstrip("\r")

    def _write(self, key: str, body: bytes) -> None:
        bucket, target = split(self._plan.target)[0], self._plan.key(key)
        try:
            self._s3.put_object(Bucket=bucket, Key=target, Body=body, ContentType="text/csv")
        except ClientError as problem:
            raise TransformFailed(f"ClientError: s3://{bucket}/{target}: {_said(problem)}") from problem


def _said(problem: ClientError) -> str:
    return str(problem.response["Error"].get("Message", problem))
