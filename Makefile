# Two commands: `make run` runs the main job on the sample, `make test` lints, type-checks and tests.
# Both need Python 3.11 or newer and nothing else; they make .venv on first use.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
CONFIG ?= config.yaml

.PHONY: run test lint bench lock wheels clean

run: $(VENV)/.runtime
	@$(BIN)/padan run --config $(CONFIG) || [ $$? -eq 1 ]

# in the order of their names the long files of integration/ come first, and both processors end together
test: lint
	$(BIN)/python -m pytest -n auto --dist loadfile --no-loadscope-reorder

lint: $(VENV)/.dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

bench: $(VENV)/.dev
	$(BIN)/python -m benchmarks.pipeline

$(VENV)/bin/python:
	$(PYTHON) -m venv $(VENV)

# exact versions, with hashes; the build backend is among them, so that nothing is fetched unseen
$(VENV)/.runtime: requirements.lock pyproject.toml | $(VENV)/bin/python
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $@

$(VENV)/.dev: requirements-dev.lock $(VENV)/.runtime
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-dev.lock
	@touch $@

# needs uv on the PATH; only for those who change dependencies
lock:
	uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header --no-annotate --no-emit-index-url --extra build pyproject.toml -o requirements.lock
	uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header --no-annotate --no-emit-index-url --extra build --extra dev pyproject.toml -c requirements.lock -o requirements-dev.lock

# for a machine without network: every wheel of the lock for this system and this Python, and padan's own, hashed
wheels: $(VENV)/.runtime
	rm -rf wheels
	$(BIN)/python -m pip download --quiet --disable-pip-version-check --require-hashes --only-binary :all: -r requirements.lock -d wheels
	$(BIN)/python -m pip wheel --quiet --disable-pip-version-check --no-deps --no-build-isolation -w wheels .
	cp config.yaml docs/panduan-pasang.md wheels
	{ cat requirements.lock; sha256sum wheels/padan-*.whl | sed -E 's|^(\w+) .*/padan-([^-]+)-.*|padan==\2 --hash=sha256:\1|'; } > wheels/requirements.lock

clean:
	rm -rf $(VENV) .mypy_cache .ruff_cache .pytest_cache .hypothesis dist wheels
