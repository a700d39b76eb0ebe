# 鸿雁. `make` lists the targets; `make run` and `make test` need nothing but Python 3.11 or newer and make.

VENV := .venv
BIN := $(VENV)/bin
GATEWAY := tests/gateway
PYTHON ?= $(shell for python in python3 python3.13 python3.12 python3.11; do \
	$$python -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && { echo $$python; break; }; done)
CHROMIUM ?= $(shell command -v chromium || command -v chromium-browser || command -v google-chrome)
NODE_READY = $(shell command -v npm >/dev/null && node -e 'process.exit(Number(parseInt(process.versions.node) < 18))' 2>/dev/null && echo yes)
# Where it is installed, tests need not wait for the disk: none of them cuts the power.
EATMYDATA := $(shell command -v eatmydata)
# More for pytest or the bot, such as PYTEST="-k dues" or ARGS="--config mine.yaml".
PYTEST ?=
ARGS ?=
UTTERANCES ?= tests/understanding/data/utterances.jsonl
CHATTER ?= tests/understanding/data/chatter.txt

PIP_INSTALL = $(BIN)/python -m pip install --quiet --use-pep517 --disable-pip-version-check --require-hashes
# What runs the bot, and what checks and tests need beside it; both are left alone until a lock changes.
RUNTIME := $(VENV)/.runtime
DEVELOPMENT := $(VENV)/.development
# npm writes this file when it has finished. Without its peers: one of them is a full chat client with native parts.
GATEWAY_PACKAGES := $(GATEWAY)/node_modules/.package-lock.json

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.PHONY: help setup run test test-faults fuzz fuzz-pure audit check format bench understand converse alone migration docs lock clean

help: ## list the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-11s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

setup: $(DEVELOPMENT) $(and $(NODE_READY),$(wildcard $(GATEWAY)/package-lock.json),$(GATEWAY_PACKAGES)) ## set up .venv (and the test gateway where Node.js is installed)

run: $(RUNTIME) ## set up what is needed and run the bot (without a gateway: the sandbox page); ARGS="--config FILE"
	@$(BIN)/python run_bot.py $(ARGS)

test: setup ## set up and run all tests; PYTEST="-k dues" for some
	@missing=''; without=''; \
	if [ -z '$(NODE_READY)' ]; then missing='nodejs npm'; without='not gateway'; fi; \
	if [ -z '$(CHROMIUM)' ]; then missing="$$missing chromium"; without="$${without:+$$without and }not browser"; fi; \
	if [ -n "$$missing" ]; then \
		echo "缺少 / missing: $$missing  →  apt-get install $$missing  (Node.js 18 or newer)" >&2; \
		if [ "$${CI:-}" = true ]; then exit 1; fi; \
	fi; \
	$(BIN)/lint-imports --no-logo && CHROMIUM='$(CHROMIUM)' $(EATMYDATA) $(BIN)/python -m pytest -n auto --dist worksteal $${without:+-m "$$without"} $(PYTEST) \
		|| status=$$?; \
	[ -z "$$without" ] || echo "*** 未测试全部内容 / NOT EVERYTHING WAS TESTED, only '$$without': missing $$missing ***" >&2; \
	exit $${status:-0}

test-faults: setup ## kill, freeze and cut off the bot on every side, and count what is lost or doubled; ARGS="--kills 50"
	@$(BIN)/python -m tests.faults $(ARGS)

fuzz: setup ## hostile messages, files and payloads through the whole bot (an hour and more); ARGS="--messages 100000 --seed 7"
	@$(BIN)/python -m tests.fuzz $(ARGS)

fuzz-pure: setup ## coverage-guided fuzzing of what needs no database, on Python 3.11; ARGS="--part sheet --seconds 600"
	@$(BIN)/python -c 'import atheris' 2>/dev/null || $(PIP_INSTALL) --no-deps --only-binary :all: -r tests/fuzz/atheris.txt
	@$(BIN)/python -m tests.fuzz.guided $(ARGS)

audit: $(DEVELOPMENT) ## look up known vulnerabilities of what is pinned (asks an advisory database on the internet)
	@for name in requirements-build requirements requirements-dev; do \
		echo "$$name.lock"; $(BIN)/pip-audit --strict --disable-pip --require-hashes --progress-spinner off -r $$name.lock || exit 1; \
	done

check: $(DEVELOPMENT) ## format, lint, types, imports
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy bot handlers models run_bot.py docs/access.py
	$(BIN)/lint-imports --no-logo

format: $(DEVELOPMENT) ## put the code into shape and mend what can be mended by itself
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

bench: setup ## measure speed and memory
	$(BIN)/python -m benchmarks $(ARGS)

understand: $(DEVELOPMENT) ## measure how well messages are understood; UTTERANCES=FILE CHATTER=FILE for other examples
	$(BIN)/python benchmarks/understanding.py $(UTTERANCES) $(CHATTER)

converse: $(DEVELOPMENT) ## play conversations in the sandbox's school and print them; SCRIPT=FILE for one of your own
	@$(BIN)/python -W ignore -m tests.conversations $(SCRIPT)

alone: $(DEVELOPMENT) ## say messages that each stand alone, LINES=FILE, and print what records or is a yes and should not
	@$(BIN)/python -W ignore -m tests.conversations.alone $(LINES)

migration: $(DEVELOPMENT) ## write a migration for what changed in models/, and show its SQL to be read
	$(BIN)/python -m tortoise makemigrations
	$(BIN)/python -m tortoise sqlmigrate models $$(ls models/migrations | sed -n 's/^\([0-9].*\)\.py$$/\1/p' | tail -1)

docs: $(DEVELOPMENT) ## write docs/access.md, who may do what, from what is declared
	$(BIN)/python -m docs.access

lock: $(DEVELOPMENT) ## pin the newest versions that requirements*.in allow
	@for name in requirements-build requirements requirements-dev; do \
		$(BIN)/uv pip compile --quiet --upgrade --universal --python-version 3.11 --fork-strategy fewest \
			--generate-hashes --no-header --no-emit-index-url --no-emit-find-links --annotation-style line \
			$$name.in --output-file $$name.lock || exit 1; \
	done

clean: ## remove what setup, checks and tests made; records in data/ stay
	rm -rf $(VENV) $(GATEWAY)/node_modules .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

$(BIN)/python:
	@[ -n "$(PYTHON)" ] || { echo "需要 Python 3.11 或更新版本 / Python 3.11 or newer is needed" \
		"(apt-get install python3 python3-venv; or make PYTHON=/path/to/python3)" >&2; exit 1; }
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
		echo "需要 Python 3.11 或更新版本 / Python 3.11 or newer is needed: $(PYTHON) is too old" >&2; exit 1; }
	@$(PYTHON) -m venv --clear $(VENV) || { rm -rf $(VENV); \
		echo "Python 缺少 venv / Python's venv is missing: apt-get install python3-venv" >&2; exit 1; }

$(RUNTIME): requirements-build.lock requirements.lock | $(BIN)/python
	@echo "安装运行环境 / installing what the bot runs with (about a minute) …"
	@$(PIP_INSTALL) -r requirements-build.lock
	@$(PIP_INSTALL) --no-build-isolation -r requirements.lock
	@touch $@

$(DEVELOPMENT): requirements-dev.lock $(RUNTIME)
	@echo "安装测试工具 / installing what checks and tests need …"
	@$(PIP_INSTALL) --no-build-isolation -r requirements-dev.lock
	@touch $@

$(GATEWAY_PACKAGES): $(GATEWAY)/package-lock.json
	@echo "安装测试网关 / installing the test gateway …"
	@cd $(GATEWAY) && npm ci --legacy-peer-deps --ignore-scripts --loglevel=error --no-audit --no-fund >/dev/null
	@touch $@
