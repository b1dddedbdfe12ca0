# Everything that is needed is set up on the way. `make help` says what there is.

PYTHON ?= python3
BIN := .venv/bin
# One more than there are cores: two workers on two cores were busy for 60 % of a run of 13 minutes.
JOBS ?= $(shell expr $$(getconf _NPROCESSORS_ONLN) + 1)
# File by file, since the cases of one share a process of the app; in their order, for the longest are not the last.
PYTEST := $(BIN)/python -m pytest -n $(JOBS) --dist loadfile --no-loadscope-reorder

.PHONY: help demo test test-fast coverage check check-js bench lock release clean

help: ## this list
	@sed -En 's/^([a-z-]+):[^#]*## (.*)/make \1\t\2/p' Makefile | awk -F '\t' '{ printf "%-16s %s\n", $$1, $$2 }'

demo: .venv/demo ## the whole product on this machine, no account anywhere; PORT=3100 chooses the port
	$(BIN)/slack-app demo $(if $(PORT),--port $(PORT))

test: .venv/test ## all tests, about 9 minutes on two cores
	$(PYTEST)

test-fast: .venv/test ## without what starts processes of the app or a browser, or takes long
	$(PYTEST) -m 'not processes'

coverage: .venv/test ## all tests, and the lines never run
	$(PYTEST) --cov

check: .venv/test check-js ## linters, types, import order, the demo page's JavaScript
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy
	$(BIN)/lint-imports

# The types in the stand-ins' JavaScript. Without node it is left out; in CI nothing is.
check-js: .venv/test
	@if command -v npm >/dev/null; then \
		$(MAKE) -s --no-print-directory tests/js/node_modules/installed && npm --prefix tests/js run --silent check; \
	elif [ "$$CI" = true ]; then \
		echo "check-js: node is missing, and in CI nothing is skipped" >&2; exit 1; \
	else \
		echo "check-js is skipped: node is missing"; \
	fi

tests/js/node_modules/installed: tests/js/package-lock.json
	npm --prefix tests/js ci --silent --no-audit --no-fund
	touch $@

.venv/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
		|| { echo "Python 3.11 or later is needed; say which with: make PYTHON=python3.12 …"; exit 2; }
	$(PYTHON) -m venv .venv
	touch $@

.venv/demo: .venv/python requirements-demo.txt
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-demo.txt
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps -e .
	touch $@

.venv/test: .venv/demo requirements-dev.txt
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-dev.txt
	@tests/set_up.sh
	touch $@

# BENCH="acks links" measures some of it and writes nothing, "idle costs" what docs/scaling.md is reckoned from.
# ROUNDS, LINKS (for the memory) and SECONDS are numbers.
bench: .venv/test ## measures what docs/benchmarks.md claims, and writes it; 19 minutes
	@if command -v npm >/dev/null; then $(MAKE) -s --no-print-directory bench/peers/bolt_js/node_modules/installed || true; fi
	$(BIN)/python -m bench $(if $(ROUNDS),--rounds $(ROUNDS)) $(if $(LINKS),--links $(LINKS)) \
		$(if $(SECONDS),--seconds $(SECONDS)) $(BENCH)

bench/peers/bolt_js/node_modules/installed: bench/peers/bolt_js/package-lock.json
	npm --prefix bench/peers/bolt_js ci --silent --no-audit --no-fund
	touch $@

# requirements.txt is what a server runs; -extras, -demo and -dev hold the same and more, -build what makes the wheel.
# LOCK= adds what is missing and leaves the other versions as they are.
LOCK ?= --upgrade
COMPILE := $(BIN)/uv pip compile --universal --generate-hashes --no-strip-extras --no-annotate --no-header -q

lock: .venv/test ## takes the newest versions into requirements*.txt
	$(COMPILE) $(LOCK) pyproject.toml -o requirements.txt
	$(COMPILE) $(LOCK) pyproject.toml --extra otel --extra sentry -c requirements.txt -o requirements-extras.txt
	$(COMPILE) $(LOCK) pyproject.toml --extra demo -c requirements.txt -o requirements-demo.txt
	$(COMPILE) $(LOCK) pyproject.toml --all-extras --group dev -c requirements-extras.txt -c requirements-demo.txt -o requirements-dev.txt
	$(COMPILE) $(LOCK) --group build -c requirements-dev.txt -o requirements-build.txt

# Twice the same bytes: the time that stands in the files is that of the last commit.
release: export SOURCE_DATE_EPOCH = $(shell git log -1 --format=%ct)
release: .venv/test ## wheel, sdist, SBOM and checksums in dist/
	rm -rf dist
	$(BIN)/python -m hatchling build -d dist
	@# cyclonedx-py reads only a version that stands in pyproject.toml itself.
	sed "s/^dynamic = .*/version = \"$$($(BIN)/python -m hatchling version)\"/" pyproject.toml > dist/pyproject.toml
	$(BIN)/cyclonedx-py requirements --output-reproducible --mc-type application --pyproject dist/pyproject.toml \
		--output-file dist/sbom.cdx.json requirements.txt
	rm dist/pyproject.toml
	cd dist && sha256sum freddy_connect-* sbom.cdx.json > SHA256SUMS

clean: ## forgets what was installed and built
	rm -rf .venv dist tests/js/node_modules bench/peers/bolt_js/node_modules
