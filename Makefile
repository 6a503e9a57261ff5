# Three commands do everything: `make run`, `make serve` and `make test`. Bare `make` lists the rest.
.DEFAULT_GOAL := help
SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c

PYTHON ?= $(shell command -v python3.11 || command -v python3)
VENV   := .venv
BIN    := $(VENV)/bin
OUT    ?= build/2016
PORT   ?= 8000
# One process more than the two cores of a small machine, since tests often wait: for a child, a browser, a disk.
TEST_PROCESSES ?= 3
# Compiled code is kept whatever the environment says: each of the many processes of the tests would compile anew.
export PYTHONDONTWRITEBYTECODE :=

.PHONY: help setup setup-dev run serve test lint format screenshots bench docs examples messages lock clean

help: ## list the targets
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 14

# A stamp holds the digest of the lock it was made from, so a second run only compares.
$(VENV)/.runtime: requirements.lock pyproject.toml tools/venv.sh
	@tools/venv.sh "$(PYTHON)" $(VENV) requirements.lock
	@touch $@
$(VENV)/.dev: $(VENV)/.runtime requirements-dev.lock tools/system.sh
	@tools/venv.sh "$(PYTHON)" $(VENV) requirements-dev.lock
	@tools/system.sh
	@touch $@

setup: $(VENV)/.runtime ## install what `make run` needs into .venv
setup-dev: $(VENV)/.dev ## install what the tests need, system packages included where it may

run: setup ## evaluate the example round and write its report to build/2016
	@$(BIN)/huoyue example workbook alliance_activity_2016 --out $(OUT)/facts.xlsx
	@$(BIN)/huoyue run alliance_activity_2016 $(OUT)/facts.xlsx --out $(OUT)

serve: setup ## open the web application with the example round, one demonstration account a role (PORT=8000)
	@HUOYUE_DATA=$${HUOYUE_DATA:-build/server} $(BIN)/huoyue serve --demo --port $(PORT)

test: setup-dev ## run all tests on SQLite, then those of the server on PostgreSQL
	@tools/tests.sh $(TEST_PROCESSES)

lint: setup-dev ## style, types, architecture, catalogues
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports
	@$(BIN)/python tools/catalogues.py --check

format: setup-dev ## format the sources
	@$(BIN)/ruff check --fix --quiet . ; $(BIN)/ruff format --quiet .

screenshots: setup-dev ## take a picture of every page of the web application, to build/screenshots
	@$(BIN)/python tools/screenshots.py

bench: setup-dev ## benchmarks, as ratios against a named peer
	@for bench in bench/*.py; do echo "== $$bench"; $(BIN)/python $$bench; done

docs: setup-dev ## write the generated pages: guides, methods and command reference
	@$(BIN)/python tools/docs.py

examples: setup ## regenerate the example rounds, byte for byte
	@for name in $$($(BIN)/huoyue example list --plain); do $(BIN)/huoyue example make $$name --out examples/$$name; done

messages: setup-dev ## refresh the gettext catalogues from the sources
	@$(BIN)/python tools/catalogues.py

lock: setup-dev ## pin the dependencies anew (needs uv)
	@tools/lock.sh

clean: ## remove what was built (not the virtual environment)
	@tools/postgres.sh stop 2>/dev/null || true
	rm -rf build .pytest_cache .mypy_cache .ruff_cache .hypothesis .import_linter_cache
