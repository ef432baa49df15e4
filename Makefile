# Every target works in a fresh clone: it makes its own virtual environment from Python 3.11 or newer and the package index.
PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin
STATE  := .cache/demo.db

.PHONY: demo test slow lint types check conformance bench tables clean

$(VENV)/ready: pyproject.toml
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -e '.[test]'
	touch $@

$(VENV)/dev: $(VENV)/ready
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -e '.[test,dev]'
	touch $@

demo: $(VENV)/ready  ## render the data-flow example and run its workflow on the embedded cluster
	mkdir -p $(dir $(STATE)) && rm -f $(STATE)*
	$(BIN)/oam up --state $(STATE) -f examples/data-flow
	@echo
	$(BIN)/oam get --state $(STATE) deployment/proxy -o yaml

test: $(VENV)/ready  ## unit tests
	$(BIN)/python -m pytest -q -m "not slow"

slow: $(VENV)/ready  ## the tests that take minutes: the kill test, the wheel
	$(BIN)/python -m pytest -q -m slow

lint: $(VENV)/dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: $(VENV)/dev
	$(BIN)/mypy

conformance: $(VENV)/ready  ## our own recorded cases
	$(BIN)/python -m conformance run --jobs 2 --floor conformance/floor.json

bench: $(VENV)/ready
	$(BIN)/python -m benchmarks

tables: $(VENV)/ready  ## rebuild the parser's tables after a change to grammar/cue.lark
	$(BIN)/python -m pycue.syntax.generate

check: test lint types conformance

clean:
	rm -rf $(VENV) .cache dist .pytest_cache .mypy_cache .ruff_cache
