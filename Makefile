# Everything that is needed is set up on the way: `make demo`, `make test`.

PYTHON ?= python3
BIN := .venv/bin

.PHONY: demo test check bench lock clean

demo: .venv/demo
	$(BIN)/slack-app demo

test: .venv/test
	$(BIN)/python -m pytest

check: .venv/test
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy
	$(BIN)/lint-imports

.venv/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
		|| { echo "Python 3.11 or later is needed; say which with: make PYTHON=python3.12 …"; exit 2; }
	$(PYTHON) -m venv .venv
	touch $@

.venv/demo: .venv/python requirements.txt
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.txt
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps -e .
	touch $@

.venv/test: .venv/demo requirements-dev.txt
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-dev.txt
	@tests/set_up.sh
	touch $@

bench: .venv/test
	$(BIN)/python -m bench

lock: .venv/test
	$(BIN)/uv pip compile pyproject.toml --upgrade --universal --generate-hashes --no-annotate --no-header -q \
		--extra demo -o requirements.txt
	$(BIN)/uv pip compile pyproject.toml --upgrade --universal --generate-hashes --no-annotate --no-header -q \
		--extra demo --group dev -c requirements.txt -o requirements-dev.txt

clean:
	rm -rf .venv
