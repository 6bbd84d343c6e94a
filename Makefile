# make run    set up and run the reference answers over the built-in and the fixture problems
# make test   set up and pass the tests (docker tests run where an engine is reachable)
# make gold   full acceptance of the problems: references, null programs, mutants
# make survey the tests that no mutant fails: every mutant meets every test
# make check  lint, format and types

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
SANDBOX ?= auto
JOBS ?= 2

.PHONY: run test gold survey check bench clean setup

run: setup
	$(BIN)/slopbench run --bench tests/fixtures/bench --runner reference --sandbox $(SANDBOX)
	$(BIN)/slopbench run --runner reference --sandbox $(SANDBOX)

test: setup
	$(BIN)/python -m pytest -q -n 2

gold: setup
	$(BIN)/slopbench problems lint
	$(BIN)/slopbench problems validate --all --again --sandbox $(SANDBOX) -j $(JOBS)

survey: setup
	$(BIN)/slopbench problems validate --all --survey --sandbox $(SANDBOX) -j $(JOBS)

check: setup
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy

bench: setup
	$(BIN)/python benchmarks/overhead.py

setup: $(VENV)/.ready

$(VENV)/.ready: pyproject.toml .locked/dev.txt
	@command -v git >/dev/null || { echo "git is missing: apt-get install git" >&2; exit 3; }
	@command -v $(PYTHON) >/dev/null || { echo "$(PYTHON) is missing: apt-get install python3 python3-venv" >&2; exit 3; }
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Python 3.11 or newer is needed: make PYTHON=python3.12 …" >&2; exit 3; }
	@$(PYTHON) -c 'import venv, ensurepip' 2>/dev/null || { echo "venv is missing: apt-get install python3-venv" >&2; exit 3; }
	$(PYTHON) -m venv $(VENV)
	$(BIN)/pip install --quiet --disable-pip-version-check -r .locked/dev.txt
	$(BIN)/pip install --quiet --disable-pip-version-check --no-deps --editable .
	@touch $@

clean:
	rm -rf $(VENV) .pytest_cache .mypy_cache .ruff_cache .hypothesis dist build
