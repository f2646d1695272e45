"""What ministack's S3 lacks of CopyObject and UploadPartCopy: checksums, and If-None-Match."""

from collections.abc import Mapping
from typing import Any

from playground.aws.emulator import Emulator
from playground.aws.hooks import Hooks


def install(emulator: Emulator, hooks: Hooks) -> None:
    """Repair them. S3's requests run one after the other here, so that looking before writing is safe."""
    s3 = emulator.service("s3")
    copy_object, upload_part_copy = s3._copy_object, s3._upload_part_copy

    def copy_if_allowed(bucket: str, key: str, headers: Mapping[str, str]) -> Any:
        there = s3._ensure_bucket(bucket)
        if there is not None and (refused := s3._check_put_preconditions(headers, there["objects"].get(key))):
            return refused
        # ministack computes what PutObject's header names, and not what CopyObject's does.
        wanted = headers.get("x-amz-checksum-algorithm")
        return copy_object(
            bucket, key, {**headers, "x-amz-sdk-checksum-algorithm": wanted} if wanted else dict(headers)
        )

    def copy_part_with_checksum(
        bucket: str, key: str, query: Mapping[str, Any], headers: Mapping[str, str]
    ) -> Any:
        answer = upload_part_copy(bucket, key, query, headers)
        upload = s3._multipart_uploads.get(s3._qp(query, "uploadId"))
        if answer[0] == 200 and upload is not None:  # noqa: PLR2004 - HTTP
            part = upload["parts"][int(s3._qp(query, "partNumber", "1"))]
            part["checksums"], _ = s3._resolve_part_checksums(part["body"], {}, upload)
        return answer

    hooks.attribute(s3, "_copy_object", copy_if_allowed)
    hooks.attribute(s3, "_upload_part_copy", copy_part_with_checksum)
