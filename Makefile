# Two commands matter: `make demo` and `make test`. Both set everything up first.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
LAMBDA_PYTHON ?= python3.13
LAMBDA_PLATFORM ?= aarch64-manylinux2014
COMPILE := $(BIN)/uv pip compile --universal --generate-hashes --no-annotate --quiet
RUNTIME_BRINGS := boto3 botocore s3transfer jmespath urllib3 python-dateutil six

.PHONY: help setup demo test check lint types layers templates build bench lock clean

help:            ## this list
	@grep -hE '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed 's/:.*## /\t/' | expand -t 12

setup: $(VENV)/.ready   ## make .venv with everything in it; does nothing when it is up to date

$(VENV)/.ready: requirements.lock pyproject.toml
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check uv==0.13.9
	$(BIN)/uv pip sync --quiet --python $(BIN)/python --require-hashes requirements.lock
	$(BIN)/uv pip install --quiet --python $(BIN)/python --no-deps --editable .
	@touch $@

demo: setup      ## the playground, seeded, in your browser
	$(BIN)/python -m playground

test: check      ## every check and every test
	$(BIN)/python -m pytest -n 3 --no-loadscope-reorder

check: lint types layers templates   ## what needs no running system

lint: setup
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: setup
	$(BIN)/mypy

layers: setup
	$(BIN)/lint-imports

templates: setup
	$(BIN)/cfn-lint template.yaml
	$(BIN)/python -m infra.build --target .build/check
	$(BIN)/statelint .build/check/promotion.asl.json

build: setup     ## the Lambda artifact, for AWS's runtime
	$(BIN)/python -m infra.build --python $(LAMBDA_PYTHON) --platform $(LAMBDA_PLATFORM)

bench: setup     ## measured figures: cold starts, latencies, memory, size
	$(BIN)/python -m bench

lock: setup      ## pin every dependency anew
	$(COMPILE) pyproject.toml --python-version 3.11 --all-extras -o requirements.lock
	$(COMPILE) pyproject.toml --python-version 3.13 $(RUNTIME_BRINGS:%=--no-emit-package %) -o infra/lambda.lock
	$(COMPILE) infra/tools.in --python-version 3.11 -o infra/tools.lock

clean:           ## as after a fresh clone
	rm -rf $(VENV) .build
