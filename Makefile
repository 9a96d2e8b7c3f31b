SHELL := /bin/sh
.DEFAULT_GOAL := help

python := .venv/bin/python
projects := $(wildcard libs/*/pyproject.toml services/*/pyproject.toml deploy/*/pyproject.toml)
web := services/gateway/web
static := services/gateway/src/clientcomm_gateway/adapters/web/static
web_sources := $(shell find $(web) -name node_modules -prune -o -type f -print 2>/dev/null)


# Seven processes that compile all they import again at each start would take half a minute.
unexport PYTHONDONTWRITEBYTECODE

# Demo data belongs to `make up` unless it is refused.
up: export CLIENTCOMM_DEMO ?= 1
up: export DETACH ?=

.PHONY: help
help: ## this list
	@awk -F ' ## ' '/^[a-z-]+:.* ## / {split($$1, name, ":"); printf "make %-12s %s\n", name[1], $$2}' Makefile

.PHONY: up
up: .venv/.ready assets ## everything on this machine (DETACH=1: in the background)
	@exec $(python) -m clientcomm_local up

.PHONY: down
down: .venv/.ready ## end what `make up DETACH=1` started
	@$(python) -m clientcomm_local down

.PHONY: status
status: .venv/.ready ## which processes are ready
	@$(python) -m clientcomm_local status

.PHONY: clean-local
clean-local: .venv/.ready ## end the stack and remove everything that it wrote
	@$(python) -m clientcomm_local clean

.PHONY: test
test: lint browser ## everything that CI runs
	@sh deploy/local/test.sh

.PHONY: test-quick
test-quick: lint assets ## style, types, and the tests that need neither the whole stack nor a browser
	@$(python) -m pytest -n 2 --dist loadfile -m "not slow and not stack and not browser"

.PHONY: lint
lint: .venv/.ready ## style, types and import rules
	@.venv/bin/ruff check --quiet --output-format concise .
	@.venv/bin/ruff format --quiet --check .
	@.venv/bin/mypy
	@.venv/bin/lint-imports --no-cache

.PHONY: bench
bench: .venv/.ready assets ## figures, with the raw limits of this machine
	@$(python) -m tests.performance

.PHONY: chaos
chaos: .venv/.ready assets ## the whole matrix of faults
	@$(python) -m tests.resilience

.PHONY: assets
assets: .venv/.ready $(static)/.built ## style sheets, scripts and icons of the pages
$(static)/.built: $(web_sources)
	@sh deploy/local/assets.sh $(web) $(static)

.PHONY: browser
browser: .venv/.ready assets ## the machine's Chromium, for tests in a browser
	@$(python) -m clientcomm_local browser

.PHONY: docs
docs: .venv/.ready ## schemas and AsyncAPI of the contracts into docs/generated
	@$(python) -m tests.contracts.generate

.PHONY: pictures
pictures: .venv/.ready ## the pictures of README.md, from the stack that runs here
	@$(python) -m tests.browser.pictures

.PHONY: words
words: .venv/.ready ## every sentence for people into build/clientcomm.pot, for translators
	@mkdir -p build
	@.venv/bin/pybabel --quiet extract --mapping deploy/local/words.ini --keyword N_ \
		--project ClientComm --omit-header --output build/clientcomm.pot .

.PHONY: lock
lock: .venv/.ready ## newest versions of everything into the locks
	@sh deploy/local/lock.sh --upgrade

.PHONY: .venv
.venv: .venv/.ready
.venv/.ready: requirements.lock deploy/local/environment.sh $(projects)
	@echo "Installing the Python environment (.venv) ..."
	@sh deploy/local/environment.sh
