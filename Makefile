# The one task file. `make` alone lists what there is.
#
# PYTHON=/path/to/python  another interpreter (3.11 or newer) for a new .venv
# PORT=8000               where `make run` serves
# MUDMAI_HOME=var         the workspace; nothing is written outside it
# MUDMAI_NODE=wheel       take Node from the wheel even where the machine has its own

SHELL := /bin/sh
.DEFAULT_GOAL := help
MAKEFLAGS += --no-print-directory

PORT ?= 8000
PYTEST_ARGS ?= -n auto --dist loadfile
BENCH_ARGS ?=

VENV := .venv
DOORS := .venv-doors
PY := $(VENV)/bin/python
ASSETS := src/mudmai/web/assets
BUILD := src/mudmai/web/static/build
SHAPES := src/mudmai/packs/th-areas/shapes
NODE := "$(CURDIR)/scripts/node.sh"
INSTALL := $(PY) -m pip install --quiet --disable-pip-version-check
LOCKED := $(INSTALL) --require-hashes --only-binary :all: --requirement

# A stamp is named after the content it was made from and lies beside its product: an unchanged file costs nothing
# however new it is, and removing a product has it made again.
key = $(shell cat $(1) 2>/dev/null | cksum | cut -d' ' -f1)
front_sources := $(shell find $(ASSETS) -name node_modules -prune -o -type f -print | LC_ALL=C sort)

RUN_STAMP := $(VENV)/.run-$(call key,requirements/run.txt)
DOORS_STAMP := $(DOORS)/.doors-$(call key,requirements/doors.txt)
DEV_STAMP := $(VENV)/.dev-$(call key,requirements/dev.txt)
PROJECT_STAMP := $(VENV)/.project-$(call key,pyproject.toml)
NODE_STAMP := $(ASSETS)/node_modules/.lock-$(call key,$(ASSETS)/package-lock.json)
FRONT_STAMP := $(BUILD)/.sources-$(call key,$(front_sources) scripts/build_fonts.py)
SHAPES_STAMP := $(SHAPES)/.sources-$(call key,$(ASSETS)/package-lock.json scripts/build_shapes.py src/mudmai/packs/th-areas/hasc.csv)

.PHONY: help setup dev doors front run test lint types contracts bench docs lock format clean

help: ## list the tasks
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  make %-10s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

setup: $(RUN_STAMP) $(PROJECT_STAMP) front ## install, build the front end; afterwards the command is .venv/bin/mudmai

dev: $(DEV_STAMP) $(PROJECT_STAMP) front ## setup, and what the checks need

doors: $(DOORS_STAMP) ## the programs of others that read our standard doors in the tests

front: $(FRONT_STAMP) $(SHAPES_STAMP) ## build the front end, the fonts of charts and the map's outlines

run: setup ## set up what is stale, load the starter data once, serve on 127.0.0.1
	@$(VENV)/bin/mudmai init
	@$(VENV)/bin/mudmai serve --port $(PORT)

test: dev doors lint types contracts ## everything: lint, types, contracts, and all tests
	$(PY) -m pytest $(PYTEST_ARGS)

lint: dev ## style of Python, templates and TypeScript
	$(PY) -m ruff check .
	$(PY) -m ruff format --check .
	$(VENV)/bin/djlint --quiet --lint src
	cd $(ASSETS) && $(NODE) npm run --silent types

types: dev ## mypy, strict, on the analytic floors
	$(PY) -m mypy

contracts: dev ## who may import whom, sizes, names, addresses
	$(VENV)/bin/lint-imports
	$(PY) -m pytest -q tests/contracts

bench: dev ## the speed we promise, against a peer in the same run
	$(VENV)/bin/mudmai bench $(BENCH_ARGS)

docs: dev ## write the reference pages that are generated
	@for script in scripts/reference_*.py; do echo "$(PY) $$script"; $(PY) "$$script" || exit 1; done

format: dev ## put Python into its standard form
	$(PY) -m ruff check --fix-only --quiet .
	$(PY) -m ruff format .

# Newest versions that fit pyproject.toml, for every platform and Python we run on, hashes and no addresses.
UV_COMPILE := $(VENV)/bin/uv pip compile --quiet --upgrade --universal --python-version 3.11 --no-build \
	--generate-hashes --no-emit-index-url --no-annotate --no-header pyproject.toml
lock: $(DEV_STAMP) ## renew all lock files
	$(UV_COMPILE) --group build --output-file requirements/run.txt
	$(UV_COMPILE) --group dev --constraint requirements/run.txt --output-file requirements/dev.txt
	$(subst pyproject.toml,,$(UV_COMPILE)) --group doors --excludes requirements/doors-without.txt --output-file requirements/doors.txt
	$(subst pyproject.toml,,$(UV_COMPILE)) --group node --output-file requirements/node.txt
	cd $(ASSETS) && $(NODE) npm run --silent lock

clean: ## remove build products and caches; .venv and the workspace stay
	rm -rf $(BUILD) $(SHAPES) $(ASSETS)/node_modules dist .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis
	find src tests scripts -name __pycache__ -type d -prune -exec rm -rf {} +

$(PY):
	@found="$(PYTHON)"; \
	if [ -z "$$found" ]; then \
	  for name in python3.11 python3.12 python3.13 python3.14 python3; do \
	    if "$$name" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then found=$$name; break; fi; \
	  done; \
	fi; \
	if [ -z "$$found" ]; then echo "Python 3.11 or newer is needed; name it with PYTHON=/path/to/python" >&2; exit 1; fi; \
	echo "Making $(VENV) with $$found"; \
	"$$found" -m venv $(VENV)

$(RUN_STAMP): | $(PY)
	$(LOCKED) requirements/run.txt
	@rm -f $(VENV)/.run-*; touch $@

$(DEV_STAMP): | $(PY)
	$(LOCKED) requirements/dev.txt
	@rm -f $(VENV)/.dev-*; touch $@

# uv takes seconds where pip takes minutes; pip is for machines on which only pip knows where packages are.
$(DOORS_STAMP): | $(DEV_STAMP)
	$(VENV)/bin/uv venv --quiet --clear --python $(PY) $(DOORS)
	VIRTUAL_ENV="$(CURDIR)/$(DOORS)" $(VENV)/bin/uv pip sync --quiet --require-hashes --no-build requirements/doors.txt \
	  || $(PY) -m pip --python $(DOORS)/bin/python install --quiet --disable-pip-version-check --no-deps \
	    --require-hashes --only-binary :all: --requirement requirements/doors.txt
	@rm -f $(DOORS)/.doors-*; touch $@

# Without a build environment of its own, pip needs no network for this; the lock has brought the build backend.
$(PROJECT_STAMP): | $(RUN_STAMP)
	$(INSTALL) --no-index --no-deps --no-build-isolation --editable .
	@rm -f $(VENV)/.project-*; touch $@

$(NODE_STAMP): | $(PY)
	cd $(ASSETS) && $(NODE) npm ci
	@rm -f $(ASSETS)/node_modules/.lock-*; touch $@

$(FRONT_STAMP): $(NODE_STAMP) | $(RUN_STAMP)
	cd $(ASSETS) && $(NODE) npm run --silent build
	$(PY) scripts/build_fonts.py
	@touch $@

$(SHAPES_STAMP): $(NODE_STAMP) | $(RUN_STAMP)
	$(PY) scripts/build_shapes.py
	@rm -f $(SHAPES)/.sources-*; touch $@
