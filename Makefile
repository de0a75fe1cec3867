# Everything starts from nothing but Python >= 3.11 and make.
#
#   make demo       install into .venv and run the main job on real input
#   make test       the whole test suite, on PYTHON
#   make help       the rest
#
# Variables: PYTHON=python3.12   the interpreter that .venv is made from
#            LOOP=uvloop         the event loop that the suite runs on
#            WORKERS=0           as many pytest processes, instead of one a processor
#            PYTEST_ARGS="-k x"  handed to pytest
#            PYTHONS="a b"       interpreters for test-all, instead of all found

PYTHON ?= python3
VENV ?= .venv
LOOP ?= asyncio
WORKERS ?= auto
PYTEST_ARGS ?=
PYTHONS ?=

BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check --quiet
# A file's tests stay together: some share what is slow to make.
PYTEST := $(BIN)/python -m pytest --loop=$(LOOP) --numprocesses=$(WORKERS) --dist=loadfile

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:

.PHONY: help
help:
	@echo "make demo       install into .venv and run the main job on real input"
	@echo "make test       the whole test suite with PYTHON ($(PYTHON)) on LOOP ($(LOOP))"
	@echo "make test-node  the tests with Node.js at the other end, with Node 24 (200 MB)"
	@echo "make test-dist  the sdist and its wheels, tested as they are installed"
	@echo "make test-pure  the suite on the launcher in plain Python"
	@echo "make test-all   the suite on every Python >= 3.11 found, asyncio and uvloop"
	@echo "make lint       ruff: rules and format"
	@echo "make format     ruff: put right what it can"
	@echo "make types      mypy, pyright, and whether every public name is typed"
	@echo "make layers     import-linter: who may import whom"
	@echo "make examples   every file of examples/"
	@echo "make bench      the benchmarks, as ratios to named yardsticks"
	@echo "make soak       a hundred thousand starts, and nothing grows (SOAK_STARTS, SOAK_MINUTES)"
	@echo "make fuzz       hostile bytes for a minute a target (FUZZ_SECONDS=60)"
	@echo "make mutants    change the code, and see whether its tests notice"
	@echo "make clean      remove what make and the tools created"

# ---------------------------------------------------------------- set-up
#
# A stamp says what is installed; it is older than pyproject.toml when that
# changed. The package itself is installed in place, so that its sources are
# always the current ones; its compiled part is built by that, so the stamp is
# older than the C sources when they changed.

NATIVE := hatch_build.py $(wildcard src/child_process/_launch/_spawn*.[ch])

$(VENV)/.stamp-venv:
	@$(PYTHON) .ci/check_python.py "$(PYTHON)" || { \
	  command -v "$(PYTHON)" >/dev/null 2>&1 || \
	    echo "make: there is no program '$(PYTHON)'; say which Python >= 3.11 to use: make PYTHON=python3.12 ..." >&2; \
	  exit 1; }
	$(PYTHON) -m venv $(VENV)
	@touch $@

$(VENV)/.stamp-package: $(VENV)/.stamp-venv pyproject.toml $(NATIVE)
	$(PIP) install --editable .
	@touch $@

$(VENV)/.stamp-test: $(VENV)/.stamp-venv pyproject.toml $(NATIVE)
	$(PIP) install --editable '.[test]'
	@touch $@ $(VENV)/.stamp-package

$(VENV)/.stamp-node: $(VENV)/.stamp-test
	$(PIP) install --editable '.[test,node]'
	@touch $@

$(VENV)/.stamp-lint: $(VENV)/.stamp-test
	$(PIP) install --editable '.[test,lint]'
	@touch $@

$(VENV)/.stamp-mutants: $(VENV)/.stamp-test
	$(PIP) install --editable '.[test,mutants]'
	@touch $@

# ------------------------------------------------------------------ runs

.PHONY: demo
demo: $(VENV)/.stamp-package
	@$(BIN)/child-process demo

.PHONY: test
test: $(VENV)/.stamp-test
	$(PYTEST) $(PYTEST_ARGS)

.PHONY: test-node
test-node: $(VENV)/.stamp-node
	$(PYTEST) tests/channel/interop -k "node-24" $(PYTEST_ARGS)

.PHONY: test-all
test-all:
	@MAKE="$(MAKE)" sh .ci/test-all $(PYTHONS)

.PHONY: test-dist
test-dist:
	@PYTHON="$(PYTHON)" PYTEST_ARGS="$(PYTEST_ARGS)" .ci/test-dist

# The same suite on the launcher in plain Python.
.PHONY: test-pure
test-pure: $(VENV)/.stamp-test
	CHILD_PROCESS_PURE=1 $(PYTEST) $(PYTEST_ARGS)

.PHONY: examples
examples: $(VENV)/.stamp-test
	$(BIN)/python -m pytest --verbose tests/examples $(PYTEST_ARGS)

.PHONY: bench
bench: $(VENV)/.stamp-test
	$(BIN)/python -m benchmarks

# A hundred thousand starts in every way: some minutes. SOAK_MINUTES=30 for a time
# instead of a number.
SOAK_STARTS ?= 100000
SOAK_MINUTES ?=

.PHONY: soak
soak: $(VENV)/.stamp-test
	$(BIN)/python -m benchmarks.soak --loop=$(LOOP) --starts=$(SOAK_STARTS) \
	  $(if $(SOAK_MINUTES),--minutes=$(SOAK_MINUTES))

# Each target for so many seconds, two at a time.
FUZZ_SECONDS ?= 60
FUZZ := framing session v8_reader environment template policy

.PHONY: fuzz
fuzz: $(VENV)/.stamp-test
	@printf '%s\n' $(FUZZ) | PYTHONPATH=src xargs -P 2 -I {} \
	  $(BIN)/python -m fuzz.fuzz_{} --seconds $(FUZZ_SECONDS)

# The share of mutants that tests notice; GROUPS names some of .ci/mutants.py.
GROUPS ?=

.PHONY: mutants
mutants: $(VENV)/.stamp-mutants
	$(BIN)/python .ci/mutants.py $(GROUPS)

# ---------------------------------------------------------------- checks

.PHONY: lint
lint: $(VENV)/.stamp-lint
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

.PHONY: format
format: $(VENV)/.stamp-lint
	$(BIN)/ruff check --fix-only .
	$(BIN)/ruff format .

.PHONY: types
types: $(VENV)/.stamp-lint
	$(BIN)/mypy
	@command -v node >/dev/null 2>&1 || { \
	  echo "make types: mypy is content, but pyright needs Node.js, and there is no 'node' in PATH" >&2; \
	  exit 1; }
	$(BIN)/pyright
	PYTHONPATH=src $(BIN)/pyright --verifytypes child_process --ignoreexternal

.PHONY: layers
layers: $(VENV)/.stamp-lint
	$(BIN)/lint-imports

.PHONY: clean
clean:
	rm -rf $(VENV) .venvs build dist .hypothesis .import_linter_cache
	rm -rf .mypy_cache .pytest_cache .ruff_cache
	find src tests benchmarks examples -name __pycache__ -type d -prune -exec rm -rf {} + 2>/dev/null || true
