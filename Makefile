.PHONY: help demo setup setup-dev test check bench soak shell messages lock pictures
.DEFAULT_GOAL := help

PYTHON := .venv/bin/python

help: ## What can be made
	@grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 12

demo: setup ## The whole system on this machine: press, texts, answers, board
	@.venv/bin/candlewire demo $(ARGS)

setup: .venv/installed ## Makes .venv from the locked dependencies

setup-dev: .venv/installed-dev

test: setup-dev check ## Every check and every test
	@sh tests/run.sh

check: setup-dev ## Formatter, linter, types, import contracts, house rules
	$(PYTHON) -m ruff format --check .
	$(PYTHON) -m ruff check .
	$(PYTHON) -m mypy
	.venv/bin/lint-imports
	$(PYTHON) -m pytest -q tests/house

bench: setup-dev ## The project's benchmarks as JSON: make bench NAME=alerts
	$(PYTHON) -m tests.bench $(NAME)

soak: setup-dev ## Long fault runs, seeded: make soak NAME=kill_server
	$(PYTHON) -m tests.soak $(NAME)

shell: setup ## A Python session with the server's rooms on its path
	$(PYTHON) -i -c "from server import settings; print('settings.from_environment() reads .env')"

messages: setup-dev ## Compiles the catalogues after a change of a .po file
	for file in shared/texts/catalogues/en/LC_MESSAGES/*.po; do \
	  .venv/bin/pybabel compile -d shared/texts/catalogues -D $$(basename $$file .po); done

pictures: setup-dev ## Makes the README's pictures anew, from the running system
	$(PYTHON) -m docs.pictures

lock: setup-dev ## Writes the lock files anew
	$(PYTHON) -m pip install --quiet uv
	.venv/bin/uv pip compile pyproject.toml --extra server --extra mobile --extra build --universal \
	  --python-version 3.11 --generate-hashes --no-emit-index-url --no-header \
	  -o requirements.lock
	.venv/bin/uv pip compile pyproject.toml --extra server --extra mobile --extra build --extra dev --universal \
	  --python-version 3.11 --generate-hashes --no-emit-index-url --no-header \
	  -c requirements.lock -o requirements-dev.lock

.venv/bin/python:
	sh setup.sh

.venv/installed: .venv/bin/python requirements.lock pyproject.toml
	$(PYTHON) -m pip install --quiet --require-hashes -r requirements.lock
	$(PYTHON) -m pip install --quiet --no-deps --no-build-isolation -e .
	@touch $@

.venv/installed-dev: .venv/installed requirements-dev.lock
	$(PYTHON) -m pip install --quiet --require-hashes -r requirements-dev.lock
	@sh tests/system.sh
	@touch $@
