# Two commands: `make demo` sets everything up and runs the main job; `make test` sets up and runs all checks.
SHELL := /bin/bash
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
DEMO ?= demo-out
export PIP_DISABLE_PIP_VERSION_CHECK := 1
export OMP_NUM_THREADS := 1
export OPENBLAS_NUM_THREADS := 1

.PHONY: help setup demo test lint accept bench clean

help:
	@echo "make demo    set up, then simulate two infants, grade both, say where the reports are"
	@echo "make test    set up, then run all checks (lint, types, layers, tests on PostgreSQL and SQLite, browser)"
	@echo "make accept  run the large acceptance sets (hours; resumable) and write docs/acceptance.md"
	@echo "make bench   time the main job beside its peers, as ratios"

setup: $(VENV)/.ready

$(VENV)/.ready: pyproject.toml setup.py $(wildcard src/westward/eeg/signal/native/*) tools/system.sh
	@bash tools/system.sh
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@$(BIN)/python -m pip install --quiet --upgrade pip "setuptools>=77" wheel numpy
	@$(BIN)/python -m pip install --quiet --no-build-isolation --editable ".[dev]"
	@$(BIN)/python -c "from westward.eeg.signal import kernels; print('westward: kernels:', kernels.in_use())"
	@touch $@

demo: setup
	@$(BIN)/westward demo --out $(DEMO)

lint: setup
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-cache

test: lint
	@bash tools/postgresql.sh $(BIN)/python -m pytest --quiet tests/program
	$(BIN)/python -m pytest

accept: setup
	$(BIN)/python -m acceptance

bench: setup
	$(BIN)/python -m benchmarks

clean:
	rm -rf $(VENV) $(DEMO) build src/*.egg-info src/westward/eeg/signal/*.so
