# `make demo` and `make test` set up what they need; everything lives in .venv and .dagster.
PYTHON ?= python3
WORKERS ?= auto
VENV := .venv
BIN := $(VENV)/bin
UV_VERSION := 0.13.8
INSTALLED := $(VENV)/.installed
SERVICES := postgres redis neo4j mongodb s3
export DAGSTER_HOME ?= $(CURDIR)/.dagster

.PHONY: install demo test check format types test-all ui bench bench-month docs lock clean services

install: $(INSTALLED)

$(INSTALLED): requirements/dev.txt pyproject.toml
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check uv==$(UV_VERSION)
	$(BIN)/uv pip sync --quiet --compile-bytecode --require-hashes requirements/dev.txt
	$(BIN)/uv pip install --quiet --no-deps --editable .
	mkdir -p .dagster
	ln -sf ../dagster.yaml .dagster/dagster.yaml
	touch $@

demo: install  ## Import two made-up months from a local S3 server, ask five questions; WITH=musicbrainz
	@$(BIN)/python -m discogs_assets_tests.demo $(if $(WITH),--with $(WITH))

test: install  ## The fast tests: 2 to 3 minutes on 2 cores
	$(BIN)/pytest -n auto -m "not slow"

check: install  ## What CI runs: format, lint, types, all tests; ONLY=slow leaves out the fast ones
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/pytest -n $(WORKERS) --dist worksteal $(if $(ONLY),-m "$(ONLY)")

services: $(SERVICES:%=service-%)  ## Install the servers that tests need

service-%:
	scripts/services/$* install

ui: install  ## The Dagster UI on http://127.0.0.1:3000
	@$(BIN)/discogs-assets ui

bench: install  ## Speed and memory as ratios; prints a table, writes bench/results.json
	$(BIN)/python -m discogs_assets_tests.benchmarks

bench-month: install  ## Import the months in DUMPS=FOLDER and measure each step; ARGS="--keep --folder F"
	@test -n "$(DUMPS)" || { echo "usage: make bench-month DUMPS=folder-of-dump-files"; exit 2; }
	$(BIN)/python -m discogs_assets_tests.benchmarks.month "$(DUMPS)" $(ARGS)

docs: install  ## Rewrite the descriptions of tables and documents
	$(BIN)/python -m discogs_assets.cli.dictionary docs

format: install
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

lock: install  ## Resolve the dependencies again
	$(BIN)/uv pip compile --quiet --universal --generate-hashes --no-annotate \
	  --custom-compile-command "make lock" pyproject.toml -o requirements/use.txt
	$(BIN)/uv pip compile --quiet --universal --generate-hashes --no-annotate --extra dev \
	  --extra exports --custom-compile-command "make lock" pyproject.toml -o requirements/dev.txt

clean:
	rm -rf $(VENV) .dagster artifacts bench
