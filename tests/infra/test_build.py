"""The build: everything that Lambda needs, compiled for it, and nothing that Lambda brings itself."""

import importlib.util
import json
import re
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from bot.domain.refusals import Unreadable
from infra import build as module
from infra.build import ROOT, build
from tests.infra.cfn import TEMPLATE

MOST_BYTES = 20 * 2**20
AARCH64 = 0xB7  # ELF's e_machine
UNCHECKED_HASH = 0b01  # PEP 552: a hash stands in for the time stamp, and nobody compares it


@pytest.fixture(scope="module")
def artifact(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build(target=tmp_path_factory.mktemp("build"))


def test_the_bot_its_doors_and_its_policy_are_in_it(artifact: Path) -> None:
    for package in ("bot", "handlers"):
        ours = {path.relative_to(ROOT) for path in (ROOT / package).rglob("*.py")}
        assert ours == {path.relative_to(artifact) for path in (artifact / package).rglob("*.py")}
    assert (artifact / "mlops.toml").read_bytes() == (ROOT / "mlops.toml").read_bytes()


def test_lambda_s_own_library_and_the_playground_are_not_in_it(artifact: Path) -> None:
    inside = {path.name for path in artifact.iterdir()}
    assert {"slack_bolt", "slack_sdk", "aws_lambda_powertools"} <= inside
    assert not inside & {"boto3", "botocore", "s3transfer", "urllib3", "playground", "tests", "infra"}


def test_the_fonts_and_their_licence_are_in_it(artifact: Path) -> None:
    fonts = ROOT / "bot" / "slack" / "pictures" / "fonts"
    inside = artifact / "bot" / "slack" / "pictures" / "fonts"
    names = {path.name for path in fonts.iterdir()}
    assert {"Lato-Regular.ttf", "Lato-Bold.ttf", "OFL.txt"} <= names
    assert {name: (fonts / name).read_bytes() for name in names} == {
        path.name: path.read_bytes() for path in inside.iterdir()
    }


def test_it_is_small(artifact: Path) -> None:
    assert sum(path.stat().st_size for path in artifact.rglob("*") if path.is_file()) <= MOST_BYTES


def test_every_module_is_compiled_for_this_python_and_nobody_checks_it_again(artifact: Path) -> None:
    wrong = []
    for source in artifact.rglob("*.py"):
        compiled = Path(importlib.util.cache_from_source(str(source)))
        head = compiled.read_bytes()[:8] if compiled.is_file() else b""
        if head != importlib.util.MAGIC_NUMBER + UNCHECKED_HASH.to_bytes(4, "little"):
            wrong.append(str(source.relative_to(artifact)))
    assert wrong == []


def test_every_compiled_module_belongs_to_a_source(artifact: Path) -> None:
    orphans = [
        p for p in artifact.rglob("*.pyc") if not Path(importlib.util.source_from_cache(str(p))).is_file()
    ]
    assert orphans == []


@pytest.mark.parametrize("door", ["slack", "worker", "events", "step"])
def test_every_door_opens_with_what_is_in_it_and_what_lambda_brings(artifact: Path, door: str) -> None:
    site = Path(yaml.__file__).parent.parent
    # Lambda brings boto3; here it comes from this environment, after the artifact.
    code = f"import sys; sys.path[:0] = [{str(artifact)!r}]; import handlers.{door} as d; "
    code += "print(d.__file__, d.handler.__name__)"
    done = subprocess.run(  # noqa: S603 - this interpreter
        [sys.executable, "-c", code],
        cwd=site,
        env={},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.stdout.split() == [str(artifact / "handlers" / f"{door}.py"), "handler"], done.stderr


def test_the_state_machine_is_beside_it_as_json(artifact: Path) -> None:
    machine = json.loads((artifact.parent / "promotion.asl.json").read_text())
    assert machine == yaml.safe_load((ROOT / "infra" / "promotion.asl.yaml").read_text())


def test_a_second_build_does_nothing(artifact: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def forbidden(command: list[str]) -> None:
        raise AssertionError(f"ran {command}")

    monkeypatch.setattr(module, "_run", forbidden)
    before = {path: path.stat().st_mtime_ns for path in artifact.parent.rglob("*")}
    assert build(target=artifact.parent) == artifact
    assert {path: path.stat().st_mtime_ns for path in artifact.parent.rglob("*")} == before


def test_a_changed_policy_is_built_anew_without_asking_the_index(
    artifact: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ran: list[str] = []
    monkeypatch.setattr(module, "_run", lambda command: ran.append(command[2]))
    policy = tmp_path / "mlops.toml"
    policy.write_bytes((ROOT / "mlops.toml").read_bytes() + b"# changed\n")
    build(target=artifact.parent, policy=policy)
    assert (artifact / "mlops.toml").read_bytes().endswith(b"# changed\n")
    assert ran == ["compileall"]


def machine(artifact: Path) -> int:
    """What the renderer's machine code is for (ELF: e_machine)."""
    (library,) = (artifact / "resvg_py").glob("*.so")
    head = library.read_bytes()[:20]
    assert head[:4] == b"\x7fELF"
    return int.from_bytes(head[18:20], "little")


def test_for_lambda_the_renderer_is_for_the_processor_that_the_template_names(tmp_path: Path) -> None:
    makefile = (ROOT / "Makefile").read_text()
    platform = re.search(r"^LAMBDA_PLATFORM \?= (\S+)$", makefile, re.MULTILINE)
    assert platform
    assert TEMPLATE["Globals"]["Function"]["Architectures"] == ["arm64"]
    assert machine(build(target=tmp_path, platform=platform[1])) == AARCH64


def test_what_is_kept_for_one_platform_is_not_used_for_another_and_both_are_kept(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []

    def run(command: list[str]) -> None:
        if "install" in command:
            asked.append(
                command[command.index("--python-platform") + 1] if "--python-platform" in command else ""
            )
            fresh = Path(command[command.index("--target") + 1])
            fresh.mkdir(parents=True)
            (fresh / "renderer.so").write_text(asked[-1])

    monkeypatch.setattr(module, "_run", run)
    for platform in ("", "aarch64-manylinux2014", "", "aarch64-manylinux2014"):
        artifact = build(target=tmp_path, platform=platform)
        assert (artifact / "renderer.so").read_text() == platform
    assert asked == ["", "aarch64-manylinux2014"]


def test_an_install_that_breaks_off_is_not_taken_for_a_whole_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(command: list[str]) -> None:
        Path(command[command.index("--target") + 1]).mkdir(parents=True)
        raise FileNotFoundError("the network is gone")

    monkeypatch.setattr(module, "_run", broken)
    for _ in range(2):
        with pytest.raises(FileNotFoundError, match="the network is gone"):
            build(target=tmp_path)
        for part in (tmp_path / "site").glob("*"):
            assert part.suffix == ".part"
            part.rmdir()


def test_a_policy_that_is_not_valid_is_refused_in_words_before_anything_is_built(tmp_path: Path) -> None:
    policy = tmp_path / "mlops.toml"
    policy.write_text('[project]\nname = "acme"\nchannel = "#ml"\ncolour = "red"\n')
    with pytest.raises(Unreadable, match=r"mlops\.toml \[project\]: there is no key `colour`"):
        build(target=tmp_path / "build", policy=policy)
    assert not (tmp_path / "build").exists()


def test_an_interpreter_that_is_not_there_is_named_with_what_to_do(
    artifact: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "_install", lambda where, _site, _platform: where.mkdir(parents=True))
    with pytest.raises(
        FileNotFoundError,
        match=r"nosuchpython -m compileall` does not work on this machine\. .* LAMBDA_PYTHON=",
    ):
        build(python="/nosuchpython", target=tmp_path)
    assert artifact.is_dir()
    assert not (tmp_path / "stamp").exists()
