# Everything a newcomer or a developer does, by name. `make` alone lists it.
# Each target that needs Python first makes `.venv` with any Python >= 3.11 it finds; `make PYTHON=... demo` chooses one.

SHELL := /bin/bash
.DEFAULT_GOAL := help
.PHONY: help demo demo-live test lint format constraints clean

VENV := .venv
BIN := $(VENV)/bin
UV := $(shell uv --version >/dev/null 2>&1 && command -v uv)
DEMO_READY := $(VENV)/.ready-demo
DEV_READY := $(VENV)/.ready-dev

help:  ## list the targets
	@awk -F ':.*## ' '/^[a-z%-]+:.*## / { printf "  make %-16s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

demo: $(DEMO_READY)  ## plan next month's promotions of a real shop: screen, tables and report in out/demo
	$(BIN)/dealwright demo --out out/demo

demo-live: $(DEV_READY)  ## the whole loop live on the demo shop's last weeks: campaigns, orders, one that is stopped, review
	$(BIN)/dealwright demo --live --out out/demo

test: lint  ## everything a change must pass: lint, tests, doctests, code in the README
	$(BIN)/pytest -n auto

lint: $(DEV_READY)  ## style, types and layers
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

format: $(DEV_READY)  ## put the code into shape
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

bench-%: $(DEV_READY)  ## run benchmarks/%.py: customers, demand, flash, import_data, live, live_alarms, live_backlog, loop, personal, plan, plan_scale, plan_truth, price, recommend, recommend_serving, review, serve, simulate, supply, till
	$(BIN)/python benchmarks/$*.py

# The tools that build the package are pinned too: `editables` and `hatchling` are asked for by name.
constraints:  ## choose the pins anew (needs uv)
	printf 'editables\nhatchling\n' | uv pip compile --universal --python-version 3.11 --all-extras --upgrade \
		--no-header --no-annotate --output-file constraints.txt pyproject.toml -

clean:  ## back to a fresh clone: removes .venv, out/ and all caches
	rm -rf $(VENV) out build dist benchmarks/out .mypy_cache .ruff_cache .pytest_cache .hypothesis
	rm -rf .import_linter_cache .grimp_cache
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

# --- the environment -------------------------------------------------------------------------------------------

ifneq ($(UV),)
install = $(UV) pip install --compile-bytecode --python $(BIN)/python --constraint constraints.txt --build-constraint constraints.txt
make_venv = $(UV) venv --seed --clear --python "$$python" $(VENV)
else
# pip calls the pins of what builds the package by one name or the other, depending on its age.
install = PIP_CONSTRAINT=constraints.txt PIP_BUILD_CONSTRAINT=constraints.txt $(BIN)/python -m pip install
make_venv = "$$python" -m venv --clear $(VENV)
endif

$(DEMO_READY): pyproject.toml constraints.txt | $(BIN)/python
	$(install) --editable '.[demo]'
	@touch $@

# What the tests need includes what the demo needs.
$(DEV_READY): pyproject.toml constraints.txt | $(BIN)/python
	$(install) --editable '.[dev]'
	@touch $@ $(DEMO_READY)

# A candidate counts if it runs and is new enough: a name on the PATH can be a shim of a Python that is not there.
$(BIN)/python:
	@for python in $(PYTHON) python3 python3.13 python3.12 python3.11; do \
		"$$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || continue; \
		echo "making $(VENV) with $$("$$python" --version) ($$python)"; \
		$(make_venv) && exit 0; \
		rm -rf $(VENV); \
		echo "$$python cannot make a virtual environment. On Debian or Ubuntu: apt-get install python3-venv" >&2; \
		exit 1; \
	done; \
	echo "no Python >= 3.11 found. Install one, or name it: make PYTHON=/path/to/python3 $(MAKECMDGOALS)" >&2; \
	exit 1
