# What one types here. `make` alone lists the targets; set-up happens by itself.
PYTHON ?= python3
PY := .venv/bin/python
ARGS ?=
AT_ONCE ?= 3
# Tests among real processes get a second try, listed at the end (tests/conftest.py says how many).
SECOND_TRY := --reruns 1

.DEFAULT_GOAL := help
.PHONY: help setup setup-test demo demo-check test test-compose check lint types unit chaos bench clean

help: ## this list
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/  make \1|\2/p' $(MAKEFILE_LIST) | while IFS='|' read -r name text; do \
	  printf '%-20s %s\n' "$$name" "$$text"; done

setup: ## install what the demo needs (only what is missing); done by the other targets as well
	@$(PYTHON) -m ops.setup demo

setup-test:
	@$(PYTHON) -m ops.setup test

demo: setup ## start everything, replay the 2021 season, keep running; Ctrl-C ends it
	@$(PY) -m ops up --season $(ARGS)

demo-check: setup ## the same unattended; compare with the published figures; exit 1 on a difference
	@$(PY) -m ops check $(ARGS)

test: setup-test ## all tests on a real broker, database, SMS gateway and browser
	@$(PY) -m ops.setup.versions
	@$(PY) -m pytest -n $(AT_ONCE) --dist loadfile --no-loadscope-reorder -m "not compose and not chaos and not bench" $(SECOND_TRY) $(ARGS)

test-compose: setup-test ## docker compose with a real Docker engine (stand-in images where no registry is)
	@$(PY) -m pytest -m compose $(ARGS)

check: setup ## lint, types and unit tests side by side, in about a minute
	@$(MAKE) --no-print-directory --jobs=3 --output-sync lint types unit

lint:
	@$(PY) -m ruff check .

types:
	@$(PY) -m mypy

unit:
	@$(PY) -m pytest tests/unit -q -n 2 --dist loadfile -m "not slow" $(ARGS)

chaos: setup-test ## seeded kills and freezes, ours beside stock nameko
	@$(PY) -m pytest -m chaos -s $(ARGS)

bench: setup-test ## how fast one process is, on this machine
	@$(PY) -m pytest tests/bench/bench_*.py -m bench -s $(ARGS)

clean: ## remove everything that set-up and runs made here
	rm -rf .run .venv .venv-3.* *.egg-info build dist .pytest_cache .mypy_cache .ruff_cache .hypothesis
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
