# Two commands: `make demo` sets everything up, runs the main job and serves a simulated program; `make test` sets up and runs all checks.
SHELL := /bin/bash
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
DEMO ?= demo-out
PORT ?= 8000
export PIP_DISABLE_PIP_VERSION_CHECK := 1
export OMP_NUM_THREADS := 1
export OPENBLAS_NUM_THREADS := 1

.PHONY: help setup demo test lint style accept bench clean

help:
	@echo "make demo    set up, grade two simulated infants, then serve a simulated program (PORT=8000)"
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
	@$(BIN)/westward demo --out $(DEMO) --data $(DEMO)/program --port $(PORT) --fresh

lint: style
	$(BIN)/mypy

style: setup
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/lint-imports --no-cache

test: style
	@bash tools/test.sh $(BIN)/python

accept: setup
	@$(BIN)/python -m pip install --quiet --no-build-isolation --editable ".[dev,mutation]"
	$(BIN)/python -m acceptance

bench: setup
	$(BIN)/python -m benchmarks

clean:
	rm -rf $(VENV) $(DEMO) build src/*.egg-info src/westward/eeg/signal/*.so
