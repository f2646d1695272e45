"""Files: uploaded in three calls, ready a moment later, shown as images."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import httpx
import pytest
from slack_sdk.errors import SlackApiError

from playground.slack.files import LARGEST

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.playground.slack.conftest import Scene

PNG = b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR" + (640).to_bytes(4, "big") + (480).to_bytes(4, "big") + b"rest"
JPEG, GIF = b"\xff\xd8\xff\xe0rest", b"GIF89a rest"
UNREADY = ["invalid slack file [json-pointer:/blocks/0/slack_file]"]


def announced(scene: Scene, content: bytes = PNG, name: str = "matrix.png") -> tuple[str, str]:
    """The id of a file that is to come, and where its bytes go."""
    begun = scene.web.files_getUploadURLExternal(filename=name, length=len(content), alt_txt="TP 5, FP 3")
    return begun["file_id"], begun["upload_url"]


def completed(scene: Scene, content: bytes = PNG, name: str = "matrix.png") -> str:
    """The id of a file that was uploaded just now."""
    file, url = announced(scene, content, name)
    assert httpx.post(url, content=content).text == f"OK - {len(content)}"
    scene.web.files_completeUploadExternal(files=[{"id": file, "title": "Matrix"}])
    return file


def ready(scene: Scene, content: bytes = PNG, name: str = "matrix.png") -> str:
    """The id of a file that Slack has looked at."""
    file = completed(scene, content, name)
    scene.control("clock", advance=60)
    return file


def image(**slack_file: str) -> dict[str, Any]:
    title = {"type": "plain_text", "text": "Confusion <matrix>"}
    return {"type": "image", "slack_file": slack_file, "alt_text": "TP 5 & FP 3", "title": title}


def code_of(call: Callable[[], Any]) -> str:
    with pytest.raises(SlackApiError) as refused:
        call()
    return str(refused.value.response["error"])


def test_a_file_has_no_mimetype_until_slack_has_looked_at_it(scene: Scene) -> None:
    file = completed(scene)
    assert scene.web.files_info(file=file)["file"]["mimetype"] == ""
    scene.control("clock", advance=60)
    known = scene.web.files_info(file=file)["file"]
    assert (known["mimetype"], known["filetype"], known["size"]) == ("image/png", "png", len(PNG))
    assert (known["title"], known["alt_txt"]) == ("Matrix", "TP 5, FP 3")
    assert (known["original_w"], known["original_h"]) == (640, 480)


def test_used_too_early_it_is_an_invalid_slack_file(scene: Scene) -> None:
    file = completed(scene)
    with pytest.raises(SlackApiError) as refused:
        scene.web.chat_postMessage(channel="C01CHURN", text="x", blocks=[image(id=file)])
    assert refused.value.response["error"] == "invalid_blocks"
    assert refused.value.response["errors"] == UNREADY
    scene.control("clock", advance=60)
    scene.web.chat_postMessage(channel="C01CHURN", text="x", blocks=[image(id=file)])


@pytest.mark.parametrize(
    ("content", "kind"), [(PNG, "image/png"), (JPEG, "image/jpeg"), (GIF, "image/gif")], ids=str
)
def test_the_page_shows_an_image_with_its_alternative_text(scene: Scene, content: bytes, kind: str) -> None:
    file = ready(scene, content)
    scene.web.chat_postMessage(channel="C01CHURN", text="x", blocks=[image(id=file)])
    html = scene.http.get("/ui/channel", params={"u": "U01ANA", "c": "C01CHURN"}).text
    url = f"{scene.url}/files-pri/{file}/matrix.png"
    assert f'src="{url}"' in html
    assert 'alt="TP 5 &amp; FP 3"' in html
    assert "Confusion &lt;matrix&gt;" in html
    assert ('width="640" height="480"' in html) is (content is PNG)
    shown = scene.http.get(url)
    assert (shown.content, shown.headers["content-type"]) == (content, kind)
    assert shown.headers["x-content-type-options"] == "nosniff"


@pytest.mark.parametrize("address", ["url_private", "permalink"])
def test_an_image_may_be_named_by_its_address(scene: Scene, address: str) -> None:
    url = scene.web.files_info(file=ready(scene))["file"][address]
    scene.web.chat_postMessage(channel="C01CHURN", text="x", blocks=[image(url=url)])
    assert scene.http.get(url).content == PNG


@pytest.mark.parametrize(
    "named",
    [
        lambda _: {"id": "F0NOWHERE1"},
        lambda _: {"url": "https://x.example/a.png"},
        lambda file: {"id": file, "url": "https://x.example/a.png"},
    ],
    ids=["unknown id", "a foreign address", "both"],
)
def test_what_is_no_file_of_ours_is_refused(scene: Scene, named: Callable[[str], dict[str, str]]) -> None:
    block = image(**named(ready(scene)))
    post = scene.web.chat_postMessage
    assert code_of(lambda: post(channel="C01CHURN", text="x", blocks=[block])) == "invalid_blocks"


def test_a_file_that_is_no_image_is_not_shown(scene: Scene) -> None:
    file = ready(scene, b"<svg><script>alert(1)</script></svg>", "evil.svg")
    assert scene.web.files_info(file=file)["file"]["mimetype"] == "application/octet-stream"
    assert scene.http.get(f"/files-pri/{file}/evil.svg").status_code == 404
    blocks = [image(id=file)]
    call = scene.web.chat_postMessage
    assert code_of(lambda: call(channel="C01CHURN", text="x", blocks=blocks)) == "invalid_blocks"


def test_a_response_url_looks_at_files_too(scene: Scene) -> None:
    scene.say("/mlops x")
    url = scene.door.form()["response_url"]
    file = completed(scene)
    early = httpx.post(url, json={"text": "x", "blocks": [image(id=file)]})
    assert (early.status_code, early.json()["errors"]) == (404, UNREADY)
    scene.control("clock", advance=60)
    assert httpx.post(url, json={"text": "x", "blocks": [image(id=file)]}).text == "ok"


def test_an_image_in_a_view_is_looked_at_too(scene: Scene) -> None:
    view = {"type": "home", "blocks": [{"type": "context", "elements": [image(id="F0NOWHERE1")]}]}
    del view["blocks"][0]["elements"][0]["title"]  # type: ignore[index]  # JSON
    with pytest.raises(SlackApiError) as refused:
        scene.web.views_publish(user_id="U01ANA", view=view)
    (sentence,) = refused.value.response["errors"]
    assert sentence == "invalid slack file [json-pointer:/view/blocks/0/elements/0/slack_file]"


def test_a_form_is_taken_as_well_as_raw_bytes(scene: Scene) -> None:
    file, url = announced(scene)
    assert httpx.post(url, files={"filename": ("a.png", PNG)}).status_code == 200
    scene.web.files_completeUploadExternal(files=[{"id": file}])
    assert scene.http.get(f"/files-pri/{file}/matrix.png").content == PNG


def test_slack_s_own_way_of_uploading_works(scene: Scene) -> None:
    uploaded = scene.web.files_upload_v2(
        content=PNG, filename="a.png", title="A", channel="C01CHURN", initial_comment="look"
    )
    assert uploaded["file"]["title"] == "A"
    (message,) = scene.seen()
    assert [block["type"] for block in message["blocks"]] == ["section", "image"]


def test_the_bytes_must_be_as_many_as_were_announced(scene: Scene) -> None:
    file, url = announced(scene)
    assert httpx.post(url, content=PNG[:-1]).status_code == 400
    complete = scene.web.files_completeUploadExternal
    assert code_of(lambda: complete(files=[{"id": file}])) == "file_not_found"


ERRORS: list[tuple[str, dict[str, Any], str]] = [
    ("files.getUploadURLExternal", {"filename": "a.png"}, "invalid_arguments"),
    ("files.getUploadURLExternal", {"length": 5}, "invalid_arguments"),
    ("files.getUploadURLExternal", {"filename": "a", "length": LARGEST + 1}, "file_upload_size_restricted"),
    ("files.completeUploadExternal", {}, "invalid_arguments"),
    ("files.completeUploadExternal", {"files": "[{}]"}, "invalid_arguments"),
    ("files.completeUploadExternal", {"files": "not JSON"}, "invalid_arguments"),
    ("files.completeUploadExternal", {"files": json.dumps([{"id": "F0NOWHERE1"}])}, "file_not_found"),
    ("files.info", {"file": "F0NOWHERE1"}, "file_not_found"),
    ("files.info", {}, "invalid_arguments"),
]


@pytest.mark.parametrize(("method", "arguments", "code"), ERRORS)
def test_errors_have_slacks_codes(scene: Scene, method: str, arguments: dict[str, Any], code: str) -> None:
    assert code_of(lambda: scene.web.api_call(method, params=arguments)) == code


def test_a_file_that_was_only_announced_is_not_known(scene: Scene) -> None:
    file, _ = announced(scene)
    assert code_of(lambda: scene.web.files_info(file=file)) == "file_not_found"
    assert scene.http.get(f"/files-pri/{file}/matrix.png").status_code == 404


@pytest.mark.parametrize(
    "method", ["files.getUploadURLExternal", "files.completeUploadExternal", "files.info"]
)
def test_every_method_can_fail_on_purpose(scene: Scene, method: str) -> None:
    scene.control("faults", kind="slack", method=method, error="missing_scope")
    assert code_of(lambda: scene.web.api_call(method)) == "missing_scope"


def test_the_upload_address_can_fail_on_purpose(scene: Scene) -> None:
    scene.control("faults", kind="slack", method="upload", status=500)
    _, url = announced(scene)
    assert httpx.post(url, content=PNG).status_code == 500
    assert httpx.post(url, content=PNG).status_code == 200


def test_reset_forgets_all_files(scene: Scene) -> None:
    file, (_, url) = ready(scene), announced(scene)
    scene.control("reset")
    assert code_of(lambda: scene.web.files_info(file=file)) == "file_not_found"
    assert httpx.post(url, content=PNG).status_code == 404
