"""Build what the template deploys: the Lambda artifact and the state machine.

`.build/lambda` holds bot/, handlers/, mlops.toml and what they import, boto3 excepted, which Lambda's
runtime brings. Every module is compiled with unchecked hashes, so that Lambda, which cannot write next
to the code, compiles nothing when it starts. `.build/promotion.asl.json` is the state machine.
"""

import argparse
import hashlib
import json
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Final

import yaml

from bot.config import load_policy
from bot.domain.refusals import Refusal

ROOT: Final = Path(__file__).parent.parent
BUILD: Final = ROOT / ".build"
LOCK: Final = ROOT / "infra" / "lambda.lock"
_NOT_NEEDED: Final = ("*.pyi", "py.typed", "tests", "*.dist-info/RECORD", "*.dist-info/licenses/AUTHORS*")


def build(python: str = sys.executable, target: Path = BUILD, policy: Path = ROOT / "mlops.toml") -> Path:
    """Build for this Python; gives the artifact's folder. Does nothing where it is up to date.

    Args:
        python: The interpreter whose bytecode is wanted: Lambda's version, or this machine's.
        target: Where to build.
        policy: The mlops.toml that goes into the artifact.

    Raises:
        Refusal: mlops.toml is not valid.
        FileNotFoundError: There is no such interpreter.
    """
    load_policy(policy)
    artifact, stamp = target / "lambda", target / "stamp"
    wanted = _digest(python, policy)
    if artifact.is_dir() and stamp.is_file() and stamp.read_text() == wanted:
        return artifact
    stamp.unlink(missing_ok=True)
    _install(artifact, target / "site")
    for package in ("bot", "handlers"):
        shutil.copytree(ROOT / package, artifact / package, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(policy, artifact / "mlops.toml")
    _compile(artifact, python)
    machine = yaml.safe_load((ROOT / "infra" / "promotion.asl.yaml").read_text())
    (target / "promotion.asl.json").write_text(json.dumps(machine, indent=1))
    stamp.write_text(wanted)
    return artifact


def _install(artifact: Path, site: Path) -> None:
    """What is imported, from the lock; kept beside the artifact so that a new build need not ask again."""
    shutil.rmtree(artifact, ignore_errors=True)
    locked = hashlib.sha256(LOCK.read_bytes()).hexdigest()
    kept = site / locked[:16]
    if not kept.is_dir():
        shutil.rmtree(site, ignore_errors=True)
        uv = Path(sys.executable).parent / "uv"
        command = [str(uv), "pip", "install", "--quiet", "--target", str(kept), "--python", sys.executable]
        command += ["--python-version", "3.13", "--only-binary", ":all:", "--no-deps", "--require-hashes"]
        _run([*command, "--no-compile-bytecode", "-r", str(LOCK)])
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
            f"`make build LAMBDA_PYTHON=/path/to/python3.13`."
        ) from None


def _digest(python: str, policy: Path) -> str:
    files = [LOCK, policy, ROOT / "infra" / "promotion.asl.yaml", Path(__file__)]
    files += sorted(path for package in ("bot", "handlers") for path in (ROOT / package).rglob("*.py"))
    whole = hashlib.sha256(python.encode())
    for path in files:
        whole.update(str(path).encode() + path.read_bytes())
    return whole.hexdigest()


def main() -> int:
    """Build from the command line; see --help."""
    parser = argparse.ArgumentParser(description="Build what template.yaml deploys into .build/")
    parser.add_argument("--python", default=sys.executable, help="the Python whose bytecode is wanted")
    arguments = parser.parse_args()
    try:
        artifact = build(shutil.which(arguments.python) or arguments.python)
    except (Refusal, FileNotFoundError) as problem:
        sys.stderr.write(f"{problem}\n")
        return 1
    size = sum(path.stat().st_size for path in artifact.rglob("*") if path.is_file())
    sys.stdout.write(f"{artifact.relative_to(ROOT)}: {size / 2**20:.1f} MB\n")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
