# Two commands are all there is to know: `make run` and `make test`.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin

.PHONY: run test lint unit browser bench screenshots frontend clean
.DEFAULT_GOAL := run

$(VENV)/run.stamp: requirements.lock pyproject.toml
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --constraint requirements.lock --editable .
	@touch $@

$(VENV)/test.stamp: $(VENV)/run.stamp
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --requirement requirements.lock
	@touch $@

run: $(VENV)/run.stamp  ## serve the app on http://localhost:8501
	$(BIN)/ekmanager run $(ARGS)

test: $(VENV)/test.stamp  ## everything: style, types, imports, unit, store, API, page and browser tests
	@sh .ci/system-packages
	@$(MAKE) --no-print-directory lint unit browser

lint: $(VENV)/test.stamp
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

unit: $(VENV)/test.stamp
	$(BIN)/pytest -q -m "not browser" $(ARGS)

browser: $(VENV)/test.stamp
	$(BIN)/pytest -q -m browser tests/e2e $(ARGS)

bench: $(VENV)/test.stamp  ## measure what the README claims
	$(BIN)/python -m benchmarks

screenshots: $(VENV)/test.stamp  ## renew docs/images; EKUIPER_URL adds a real server to the demo fleet
	EKMANAGER_SCREENSHOTS=true $(BIN)/pytest -q -m browser tests/e2e -k themes --timeout=900

frontend:  ## rebuild the committed bundles (needs Node 20)
	cd ekmanager/ui/frontend && npm ci --no-audit --no-fund && npm run build

clean:
	rm -rf $(VENV) .pytest_cache .mypy_cache .ruff_cache
