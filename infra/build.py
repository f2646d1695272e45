"""Build what the template deploys: the Lambda artifact and the state machine.

`.build/lambda` holds bot/, handlers/, mlops.toml and what they import, boto3 excepted, which Lambda's
runtime brings. Every module is compiled with unchecked hashes, so that Lambda, which cannot write next
to the code, compiles nothing when it starts. Machine code, such as the renderer of pictures, is for one
platform: Lambda's, or this machine's. `.build/promotion.asl.json` is the state machine.
"""

import argparse
import hashlib
import json
import shutil
import subprocess
import sys
import sysconfig
from pathlib import Path
from typing import Final

import yaml

from bot.config import load_policy
from bot.domain.refusals import Refusal

ROOT: Final = Path(__file__).parent.parent
BUILD: Final = ROOT / ".build"
LOCK: Final = ROOT / "infra" / "lambda.lock"
_NOT_NEEDED: Final = ("*.pyi", "py.typed", "tests", "*.dist-info/RECORD", "*.dist-info/licenses/AUTHORS*")


def build(
    python: str = sys.executable,
    target: Path = BUILD,
    policy: Path = ROOT / "mlops.toml",
    platform: str = "",
) -> Path:
    """Build for this Python; gives the artifact's folder. Does nothing where it is up to date.

    Args:
        python: The interpreter whose bytecode is wanted: Lambda's version, or this machine's.
        target: Where to build.
        policy: The mlops.toml that goes into the artifact.
        platform: What compiled packages are for, in uv's words, such as `aarch64-manylinux2014`; empty is
            this machine.

    Raises:
        Refusal: mlops.toml is not valid.
        FileNotFoundError: There is no such interpreter or platform.
    """
    load_policy(policy)
    artifact, stamp = target / "lambda", target / "stamp"
    wanted = _digest(python, policy, platform)
    if artifact.is_dir() and stamp.is_file() and stamp.read_text() == wanted:
        return artifact
    stamp.unlink(missing_ok=True)
    _install(artifact, target / "site", platform)
    for package in ("bot", "handlers"):
        shutil.copytree(ROOT / package, artifact / package, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(policy, artifact / "mlops.toml")
    _compile(artifact, python)
    machine = yaml.safe_load((ROOT / "infra" / "promotion.asl.yaml").read_text())
    (target / "promotion.asl.json").write_text(json.dumps(machine, indent=1))
    stamp.write_text(wanted)
    return artifact


def _install(artifact: Path, site: Path, platform: str) -> None:
    """What is imported, from the lock; kept beside the artifact so that a new build need not ask again."""
    shutil.rmtree(artifact, ignore_errors=True)
    locked = hashlib.sha256(LOCK.read_bytes()).hexdigest()[:16]
    kept = site / f"{locked}-{platform or sysconfig.get_platform()}"
    if not kept.is_dir():
        for old in site.glob("*"):
            if not old.name.startswith(f"{locked}-"):
                shutil.rmtree(old)
        uv, fresh = Path(sys.executable).parent / "uv", site / f"{kept.name}.part"
        command = [str(uv), "pip", "install", "--quiet", "--target", str(fresh), "--python", sys.executable]
        command += ["--python-version", "3.13", "--only-binary", ":all:", "--no-deps", "--require-hashes"]
        command += ["--python-platform", platform] if platform else []
        _run([*command, "--no-compile-bytecode", "-r", str(LOCK)])
        fresh.rename(kept)
    shutil.copytree(kept, artifact, ignore=shutil.ignore_patterns("__pycache__", "bin", *_NOT_NEEDED))


def _compile(artifact: Path, python: str) -> None:
    # A module that Lambda would have to compile costs a cold start half its time.
    _run(
        [python, "-m", "compileall", "-q", "-j", "0", "--invalidation-mode", "unchecked-hash", str(artifact)]
    )


def _run(command: list[str]) -> None:
    try:
        subprocess.run(command, check=True)  # noqa: S603 - our own commands
    except (FileNotFoundError, subprocess.CalledProcessError):
        raise FileNotFoundError(
            f"`{' '.join(command[:3])}` does not work on this machine. Lambda runs python3.13; name one with "
            f"`make build LAMBDA_PYTHON=/path/to/python3.13`, and its platform with LAMBDA_PLATFORM."
        ) from None


def _digest(python: str, policy: Path, platform: str) -> str:
    files = [LOCK, policy, ROOT / "infra" / "promotion.asl.yaml", Path(__file__)]
    ours = (path for package in ("bot", "handlers") for path in (ROOT / package).rglob("*"))
    files += sorted(path for path in ours if path.is_file() and "__pycache__" not in path.parts)
    whole = hashlib.sha256(f"{python} {platform}".encode())
    for path in files:
        whole.update(str(path).encode() + path.read_bytes())
    return whole.hexdigest()


def main() -> int:
    """Build from the command line; see --help."""
    parser = argparse.ArgumentParser(description="Build what template.yaml deploys into .build/")
    parser.add_argument("--python", default=sys.executable, help="the Python whose bytecode is wanted")
    parser.add_argument("--platform", default="", help="what compiled packages are for; this machine if none")
    parser.add_argument("--target", type=Path, default=BUILD, help="the folder to build in")
    wanted = parser.parse_args()
    python = shutil.which(wanted.python) or wanted.python
    try:
        artifact = build(python, wanted.target, platform=wanted.platform)
    except (Refusal, FileNotFoundError) as problem:
        sys.stderr.write(f"{problem}\n")
        return 1
    size = sum(path.stat().st_size for path in artifact.rglob("*") if path.is_file())
    shown = artifact.relative_to(ROOT) if artifact.is_relative_to(ROOT) else artifact
    sys.stdout.write(f"{shown}: {size / 2**20:.1f} MB\n")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
