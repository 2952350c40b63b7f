# Needs make and Python 3.11 or newer with venv; everything else goes into .venv.
.DEFAULT_GOAL := help
.NOTPARALLEL: # two recipes may want to fill .venv
.PHONY: help setup setup-dev setup-hearing run chat test test-plain test-full check lint types imports content bench bench-understanding lock

# Compile each file once, not at every start: the tests start the app many times.
export PYTHONDONTWRITEBYTECODE :=

VENV := .venv
BIN := $(VENV)/bin
PIP_INSTALL := install --quiet --disable-pip-version-check --require-hashes
# The suite runs in environments of its own, made of the lock files alone: nothing that somebody put into .venv, and no
# package of the tests, stands in for one that the app lacks. Each later one lies on top of those before.
PLAIN := build/plain
TESTS := build/tests
FULL := build/full
LEARNT_FROM := $(wildcard bot/content/*.yaml bot/content/guides/*.yaml locales/*/guides/*.yaml bot/nlu/*.py bot/training/*.py bot/desk/screening.py)
# Four files at a time, each in one process: a file's tests share servers, and many wait more than they work.
# In the order of tests/conftest.py: by default those with the fewest tests come last, which take longest.
SIDE_BY_SIDE := -n 4 --dist loadfile --no-loadscope-reorder
LOCK := pip compile --universal --python-version 3.11 --generate-hashes --quiet \
	--no-header --no-annotate --no-emit-index-url --no-emit-find-links

# An upgrade of the system's Python can leave an environment behind that points nowhere: begin anew.
$(shell for each in $(VENV) $(PLAIN) $(TESTS) $(FULL); do test -x $$each/bin/python || rm -rf $$each; done)

help: ## list these recipes
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "make %-19s %s\n", $$1, $$2 }' Makefile

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

test: test-plain test-full ## run the whole test suite, on each install

test-plain: $(TESTS)/.installed build/.learnt-for-tests ## the suite on what `make setup` installs
	@$(TESTS)/bin/python -m pytest -rfEs --install plain $(SIDE_BY_SIDE)

test-full: $(FULL)/.installed build/.learnt-for-tests ## what hears and what may differ, with every option installed
	@$(FULL)/bin/python -m pytest -rfEs --install full $(SIDE_BY_SIDE)

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
	@$(BIN)/python -m tests.bench understanding dangers

lock: setup-dev ## pin the packages anew (needs uv)
	@PATH="$(BIN):$$PATH"; command -v uv >/dev/null || { echo 'make lock needs uv.' >&2; exit 1; }; \
	uv $(LOCK) pyproject.toml --group dev --upgrade --output-file requirements-dev.lock && \
	uv $(LOCK) pyproject.toml --constraint requirements-dev.lock --upgrade --output-file requirements.lock && \
	uv $(LOCK) --group hearing --constraint requirements-dev.lock --upgrade --output-file requirements-hearing.lock

# A virtual environment in $(1), if there is none.
define make_venv
for python in python3.13 python3.12 python3.11 python3; do \
	if $$python -c 'import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then \
		test -x $(1)/bin/python || $$python -m venv $(1) && exit 0; \
		exit 1; \
	fi; \
done; \
echo 'Tổ Số needs Python 3.11 or newer with venv (on Debian and Ubuntu: apt install python3-venv).' >&2; exit 1
endef

# The app runs from this folder: importable anywhere in $(1), together with what the environments $(2) hold.
define make_importable
$(1)/bin/python -c 'import pathlib, sys, sysconfig; \
	here, *below = sys.argv[1:]; purelib = pathlib.Path(sysconfig.get_path("purelib")); \
	(purelib / "toso.pth").write_text("".join(path + "\n" for path in ( \
		here, *(str(pathlib.Path(here, each) / purelib.relative_to(sys.prefix)) for each in below))))' '$(CURDIR)' $(2)
endef

$(VENV)/.made:
	@$(call make_venv,$(VENV))
	@touch $@

$(VENV)/.installed: requirements.lock | $(VENV)/.command
	@echo 'Setting up $(VENV): this takes a minute, once.'
	@$(BIN)/python -m pip $(PIP_INSTALL) -r requirements.lock
	@touch $@

$(VENV)/.installed-hearing: requirements-hearing.lock | $(VENV)/.installed
	@$(BIN)/python -m pip $(PIP_INSTALL) -r requirements-hearing.lock
	@$(BIN)/python -c 'import sys; from bot.audio.asr_client import Ear; Ear.there() or sys.exit( \
		"Voice messages can be heard on Linux on x86-64 with Python 3.11 to 3.13; not on this machine.")'
	@touch $@

$(VENV)/.installed-dev: requirements-dev.lock | $(VENV)/.command
	@echo 'Setting up $(VENV) for development: this takes a minute or two, once.'
	@$(BIN)/python -m pip $(PIP_INSTALL) -r requirements-dev.lock
	@touch $@ $(VENV)/.installed

$(PLAIN)/.installed: requirements.lock
	@echo 'Setting up what the suite runs on: this takes a minute or two, once.'
	@rm -rf $(PLAIN) && mkdir -p $(PLAIN)
	@$(call make_venv,$(PLAIN))
	@$(call make_importable,$(PLAIN))
	@$(PLAIN)/bin/python -m pip $(PIP_INSTALL) -r requirements.lock
	@touch $@

$(TESTS)/.installed: requirements-dev.lock $(PLAIN)/.installed
	@rm -rf $(TESTS) && $(PLAIN)/bin/python -m venv --without-pip $(TESTS)
	@$(call make_importable,$(TESTS),$(PLAIN))
	@$(TESTS)/bin/python -m pip $(PIP_INSTALL) -r requirements-dev.lock
	@touch $@

$(FULL)/.installed: requirements-hearing.lock $(TESTS)/.installed
	@rm -rf $(FULL) && $(PLAIN)/bin/python -m venv --without-pip $(FULL)
	@$(call make_importable,$(FULL),$(TESTS) $(PLAIN))
	@$(FULL)/bin/python -m pip $(PIP_INSTALL) -r requirements-hearing.lock
	@touch $@

# How people ask is learnt from the guides: here before anybody asks, and in a running app whenever they change.
build/.learnt: $(LEARNT_FROM) | $(VENV)/.command
	@$(BIN)/python -m bot.cli learn
	@touch $@

build/.learnt-for-tests: $(LEARNT_FROM) | $(PLAIN)/.installed
	@$(PLAIN)/bin/python -m bot.cli learn
	@touch $@

# No build step, no download: the app is the command `toso` of .venv.
$(VENV)/.command: Makefile | $(VENV)/.made
	@$(call make_importable,$(VENV))
	@printf '#!/bin/sh\nexec "%s/$(BIN)/python" -m bot.cli "$$@"\n' '$(CURDIR)' > $(BIN)/toso
	@chmod +x $(BIN)/toso
	@touch $@
