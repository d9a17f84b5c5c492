# Needs make and a Python of 3.11 or newer with venv; dev.py makes the rest. `make PYTHON=…` chooses the Python.
PYTHON ?= python3
SECONDS ?= 60
RUN := $(PYTHON) dev.py run

.DEFAULT_GOAL := help
.PHONY: help demo test soak check format bench lock clean

help: ## this list
	@awk -F ':.*## ' '/^[a-z]+:.*## / {printf "make %-8s %s\n", $$1, $$2}' Makefile

demo: ## build the example ledger and print its answers
	@$(RUN) engage demo

test: ## run the tests; ARGS="-k treaty -x" goes to pytest
	@$(RUN) pytest $(ARGS)

soak: ## kills, crowds and damage for minutes; SECONDS=600 goes on longer
	@SOAK_SECONDS=$(SECONDS) $(RUN) pytest -m faults $(ARGS)

check: ## lint, format, types, layers and the generated reference
	@$(RUN) ruff check .
	@$(RUN) ruff format --check .
	@$(RUN) mypy
	@$(RUN) lint-imports --no-logo
	@if [ -f docs/generate.py ]; then $(RUN) python docs/generate.py --check; fi

format: ## mend what ruff can mend
	@$(RUN) ruff check --fix .
	@$(RUN) ruff format .

bench: ## measure the budgets
	@$(RUN) python benchmarks/run.py $(ARGS)

lock: ## resolve requirements/*.txt anew (needs uv); ARGS="--upgrade" takes newer releases
	@$(PYTHON) dev.py lock $(ARGS)

clean: ## remove .venv and everything that was built
	rm -rf .venv .venv.lock build dist *.egg-info .mypy_cache .pytest_cache .ruff_cache .import_linter_cache .hypothesis
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
