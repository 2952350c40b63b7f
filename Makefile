# Needs make and Python 3.11 or newer with venv; everything else goes into .venv.
.DEFAULT_GOAL := help
.NOTPARALLEL: # two recipes may want to fill .venv
.PHONY: help setup setup-dev setup-hearing run chat test check lint types imports content bench bench-understanding lock

# Compile each file once, not at every start: the tests start the app many times.
export PYTHONDONTWRITEBYTECODE :=

VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes
# Four files at a time, each in one process: a file's tests share servers, and many wait more than they work.
# In the order of tests/conftest.py: by default those with the fewest tests come last, which take longest.
SIDE_BY_SIDE := -n 4 --dist loadfile --no-loadscope-reorder
LOCK := pip compile --universal --python-version 3.11 --generate-hashes --quiet \
	--no-header --no-annotate --no-emit-index-url --no-emit-find-links

# An upgrade of the system's Python can leave a .venv behind that points nowhere: begin anew.
ifeq ($(shell test -x $(BIN)/python || echo gone),gone)
$(shell rm -rf $(VENV))
endif

help: ## list these recipes
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "make %-10s %s\n", $$1, $$2 }' Makefile

setup: $(VENV)/.installed build/.learnt ## set up .venv with what the app needs, and learn how people ask
	@:

setup-dev: $(VENV)/.installed-dev build/.learnt ## the same, with what the tests and checks need
	@:

setup-hearing: $(VENV)/.installed-hearing ## the same, and what hears voice messages (Linux on x86-64)
	@:

run: setup ## start the app with a demo ward (HOST, PORT and TOSO_DATA_DIR are honoured)
	@$(BIN)/python -m bot.cli serve

chat: setup ## talk to the bot in this terminal
	@$(BIN)/python -m bot.cli chat

test: setup-dev ## run the whole test suite
	@$(BIN)/python -m pytest -rfEs $(SIDE_BY_SIDE)

check: lint types imports content test ## all that CI runs

lint: setup-dev ## style and layout of the code
	@$(BIN)/python -m ruff check
	@$(BIN)/python -m ruff format --check

types: setup-dev ## types of the code and the tests
	@$(BIN)/python -m mypy

imports: setup-dev ## which part may import which
	@$(BIN)/lint-imports --no-logo

content: setup ## guides and translations
	@$(BIN)/python -m bot.cli check

bench: setup-dev ## how fast it is on this machine
	@$(BIN)/python -m tests.bench

bench-understanding: setup-dev ## how well residents are understood, and what that costs
	@$(BIN)/python -m tests.bench understanding

lock: setup-dev ## pin the packages anew (needs uv)
	@PATH="$(BIN):$$PATH"; command -v uv >/dev/null || { echo 'make lock needs uv.' >&2; exit 1; }; \
	uv $(LOCK) pyproject.toml --group dev --upgrade --output-file requirements-dev.lock && \
	uv $(LOCK) pyproject.toml --constraint requirements-dev.lock --upgrade --output-file requirements.lock && \
	uv $(LOCK) --group hearing --constraint requirements-dev.lock --upgrade --output-file requirements-hearing.lock

$(VENV)/.made:
	@for python in python3.13 python3.12 python3.11 python3; do \
		if $$python -c 'import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then \
			test -x $(BIN)/python || $$python -m venv $(VENV) && touch $@ && exit 0; \
			exit 1; \
		fi; \
	done; \
	echo 'Tổ Số needs Python 3.11 or newer with venv (on Debian and Ubuntu: apt install python3-venv).' >&2; exit 1

$(VENV)/.installed: requirements.lock | $(VENV)/.command
	@echo 'Setting up $(VENV): this takes a minute, once.'
	@$(PIP) -r requirements.lock
	@touch $@

$(VENV)/.installed-hearing: requirements-hearing.lock | $(VENV)/.installed
	@$(PIP) -r requirements-hearing.lock
	@$(BIN)/python -c 'import sys; from bot.voice.ear import Ear; Ear.there() or sys.exit( \
		"Voice messages can be heard on Linux on x86-64 with Python 3.11 to 3.13; not on this machine.")'
	@touch $@

$(VENV)/.installed-dev: requirements-dev.lock | $(VENV)/.command
	@echo 'Setting up $(VENV) for development: this takes a minute or two, once.'
	@$(PIP) -r requirements-dev.lock
	@touch $@ $(VENV)/.installed $(VENV)/.installed-hearing

# How people ask is learnt from the guides: here before anybody asks, and in a running app whenever they change.
build/.learnt: $(wildcard bot/content/*.yaml bot/content/guides/*.yaml locales/*/guides/*.yaml bot/language/*.py bot/teaching/*.py) | $(VENV)/.command
	@$(BIN)/python -m bot.cli learn
	@touch $@

# The app runs from this folder: importable anywhere in .venv, and as the command `toso`. No build step, no download.
$(VENV)/.command: Makefile | $(VENV)/.made
	@$(BIN)/python -c 'import pathlib, sys, sysconfig; \
		pathlib.Path(sysconfig.get_path("purelib"), "toso.pth").write_text(sys.argv[1] + "\n")' '$(CURDIR)'
	@printf '#!/bin/sh\nexec "%s/$(BIN)/python" -m bot.cli "$$@"\n' '$(CURDIR)' > $(BIN)/toso
	@chmod +x $(BIN)/toso
	@touch $@
