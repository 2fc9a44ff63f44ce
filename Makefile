# `make` alone lists the targets. Nothing is needed but make and Python 3.11 or later:
# the packages come into $(VENV), which each target makes or completes when it has to.

PYTHON ?= python3
# Another Python beside the first one: make test VENV=.venv-3.13 PYTHON=python3.13
VENV ?= .venv
PY := $(VENV)/bin/python

.DEFAULT_GOAL := help
.PHONY: help demo serve test lint format types imports pytest fuzz browser bench soak compiled docs clean

help: ## show this list
	@awk -F ':.*## ' '/^[a-z]+:.*## /{printf "make %-9s %s\n", $$1, $$2}' $(firstword $(MAKEFILE_LIST))

demo: $(VENV)/.run ## decide the bundled examples and print readable answers
	@$(VENV)/bin/partitur demo
	@printf '\nmake serve opens the portal, with made-up people to log in as.\n'

serve: $(VENV)/.run ## portal and API with a made-up region, on the own machine
	@$(VENV)/bin/partitur serve --demo

test: lint types imports pytest ## lint, types, import rules and tests

lint: $(VENV)/.test ## style and likely mistakes (ruff)
	@echo "== lint"
	@$(PY) -m ruff check .
	@$(PY) -m ruff format --check .

format: $(VENV)/.test ## rewrite the code in the project's style
	@$(PY) -m ruff check --fix-only .
	@$(PY) -m ruff format .

types: $(VENV)/.test ## types, in strict mode (mypy)
	@echo "== types"
	@$(PY) -m mypy

imports: $(VENV)/.test ## which package may import which (import-linter)
	@echo "== imports"
	@$(PY) $(VENV)/bin/lint-imports --no-logo

pytest: $(VENV)/.test ## the tests alone, on all processors
	@echo "== pytest"
	@$(PY) -m pytest -q -n auto --dist worksteal

fuzz: $(VENV)/.run $(VENV)-fuzz/.fuzz ## ask the API all that it says it takes, and more (schemathesis)
	@echo "== fuzz"
	@$(PY) tools/fuzz.py $(VENV)-fuzz/bin/schemathesis

browser: $(VENV)/.browser ## the portal in a real browser: stories, accessibility, pictures (needs Chromium)
	@echo "== browser"
	@$(PY) -m pytest -q -n auto --dist loadfile -m browser tests/browser

bench: $(VENV)/.bench $(VENV)/.build ## print the ratios and write benchmarks/RESULTS.md
	@$(PY) -m benchmarks

soak: $(VENV)/.bench $(VENV)/.build ## what takes long: more examples, larger ratios, mutants
	@echo "== pytest, all tests and more examples"
	@$(PY) -m pytest -q -n auto -m "not browser" --hypothesis-profile=soak
	@echo "== benchmarks"
	@$(PY) -m benchmarks --soak
	@echo "== mutants"
	@$(PY) tools/mutants.py --sample 0

compiled: $(VENV)/.build ## the same core compiled into build/compiled (needs a C compiler)
	@$(PY) tools/compile_core.py

docs: $(VENV)/.run ## write the generated pages anew
	@$(PY) tools/generate_docs.py

clean: ## remove the environment and everything that was built
	rm -rf $(VENV) $(VENV)-fuzz build dist *.egg-info .*_cache .hypothesis .benchmarks
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

# A stamp says that the packages of requirements/<name>.txt are there. .run comes first: it makes
# the environment, the others add to it.
$(VENV)/.run: requirements/run.txt tools/make_environment.sh
	@PYTHON="$(PYTHON)" sh tools/make_environment.sh $(VENV) run

$(VENV)/.test $(VENV)/.bench $(VENV)/.build $(VENV)/.browser: $(VENV)/.%: requirements/%.txt $(VENV)/.run
	@PYTHON="$(PYTHON)" sh tools/make_environment.sh $(VENV) $*

# What asks the API is no part of it, and lives apart: schemathesis brings what others replace.
$(VENV)-fuzz/.fuzz: requirements/fuzz.txt tools/make_environment.sh
	@PYTHON="$(PYTHON)" sh tools/make_environment.sh $(VENV)-fuzz fuzz
