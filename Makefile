# The two commands: `make serve` runs Travaux, `make test` checks everything. Both set up what they need.
.PHONY: help serve setup test check bench soak interop fmt lock
.DEFAULT_GOAL := help
BIN := .venv/bin
export PATH := $(CURDIR)/.venv/bin:$(PATH)

help: ## this list
	@grep -hE '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 10

serve: ## set up, load the treaty the first time, and serve on http://127.0.0.1:8000
	@bin/setup run
	@$(BIN)/travaux serve

setup: ## the set-up alone
	@bin/setup run

test: ## everything: lint, types, contracts, unit and property tests, both databases, Word validity, browser
	@bin/setup test
	@bin/check

bench: ## speed beside a peer in the same run: a table, and bench.json
	@bin/setup test
	@$(BIN)/python -m tests.bench

soak: ## the kill test and the simulations of convergence at full length, on both databases
	@bin/setup test
	@$(BIN)/python -m tests.soak

interop: ## what LibreOffice and docx-editor make of our Word files, and what of theirs comes home
	@bin/setup test
	@$(BIN)/python -m tests.interop

fmt: ## format the code
	@bin/setup test
	@$(BIN)/ruff check --fix --quiet app tests migrations || true
	@$(BIN)/ruff format app tests migrations

lock: ## compile the pinned requirements anew from pyproject.toml
	@bin/setup test
	@bin/lock
