# Two commands for a newcomer: make demo, make test.

PORT ?= 8000
HOST ?= 127.0.0.1
DEMO_ORDERS ?= 600
PYTHON ?= $(shell for p in python3.13 python3.12 python3.11 python3; do \
	command -v $$p >/dev/null 2>&1 && $$p -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && { echo $$p; break; }; done)
BIN := .venv/bin
export ROUNDSMAN_DATA_FOLDER ?= var

.PHONY: demo rasa test check bench bench-nlu lock clean

## The sentence encoder, built once; without it the demo goes on.
ENCODER = case "$${ROUNDSMAN_ENCODER-package}" in package) $(BIN)/roundsman nlu encoder build || true;; esac

## A day under way at MOVING times real time (make demo MOVING=30): watch it and talk to it at the same address.
MOVING ?=

## Serve a demo city at http://127.0.0.1:8000 (PORT overrides).
demo: .venv/run.stamp
ifneq ($(MOVING),)
	@$(ENCODER)
	@$(BIN)/roundsman simulate --orders 90 --drivers 5 --speed $(MOVING) --from 08:30 --serve --host $(HOST) --port $(PORT)
else
	@$(ENCODER)
	@$(BIN)/roundsman migrate
	@$(BIN)/roundsman demo load --orders $(DEMO_ORDERS)
	@echo "Training the language engine, where it is not trained yet (a minute) …"
	@$(BIN)/roundsman nlu train >/dev/null
	@$(BIN)/roundsman serve --demo --host $(HOST) --port $(PORT)
endif

## Rasa beside us, for ROUNDSMAN_NLU_ENGINE=rasa: installs (2.7 GB) and trains what is missing, then serves on RASA_PORT.
RASA_PORT ?= 5005
rasa: .venv/run.stamp
	@$(BIN)/roundsman rasa serve --port $(RASA_PORT)

## Three at once on two cores, for much of the time is waiting; a file at a time, so that what its tests share is made once.
WORKERS ?= -n 3 --dist loadfile --no-loadscope-reorder

## Run every test that can run on this machine; the summary says what cannot and why.
test: .venv/test.stamp
	@$(BIN)/python -m tests.needs
	@mkdir -p .pytest_cache
	$(BIN)/python -m pytest $(WORKERS) $(PYTEST); code=$$?; echo $$code > .pytest_cache/exit; exit $$code

## Style, types, and the direction of imports.
check: .venv/test.stamp
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

## Measure; docs/benchmarks.md says what the figures were.
bench: .venv/test.stamp .venv/bench.stamp
	@$(BIN)/python -m tests.needs
	$(BIN)/python -m tests.bench $(BENCH)

## Measure understanding in one run: the embedded engine and Rasa (`roundsman rasa install`) on NLU_DATA (folders with train.jsonl, test.jsonl, …),
## then the embedded engine on messages of other hands.
NLU_DATA ?= ../shared/data/nlu
bench-nlu: .venv/test.stamp
	@$(BIN)/python -m tests.needs
	ROUNDSMAN_NLU_DATA=$(NLU_DATA) $(BIN)/python -m tests.bench --only nlu --only rasa --only rasa-turns --only heldout

## Compile requirements/*.txt from pyproject.toml (needs uv).
COMPILE = uv pip compile pyproject.toml --python-version 3.11 --universal --generate-hashes --no-emit-index-url --no-header -q
lock:
	$(COMPILE) --group build -o requirements/run.txt
	$(COMPILE) --group build --group test --group check -c requirements/run.txt -o requirements/test.txt
	$(COMPILE) --group bench -c requirements/run.txt -o requirements/bench.txt
	uv pip compile requirements/rasa.in --python-version 3.10 --python-platform x86_64-unknown-linux-gnu --generate-hashes --no-emit-index-url --no-header -q -o requirements/rasa.txt

.venv/bin/python:
	@test -n "$(PYTHON)" || { echo "Roundsman needs Python 3.11 or newer; install it and try again." >&2; exit 1; }
	@$(PYTHON) -m venv .venv || { rm -rf .venv; echo "Python cannot make a virtual environment here; on Debian or Ubuntu: apt install python3-venv" >&2; exit 1; }

.venv/run.stamp: requirements/run.txt pyproject.toml | .venv/bin/python
	@echo "Installing what Roundsman needs into .venv (a minute or two the first time) …"
	@$(BIN)/python -m pip install -q --disable-pip-version-check --require-hashes -r requirements/run.txt
	@$(BIN)/python -m pip install -q --disable-pip-version-check --no-deps --no-build-isolation -e .
	@$(BIN)/python -m compileall -q actions bot domain nlu storage
	@touch $@

.venv/test.stamp: requirements/test.txt .venv/run.stamp
	@echo "Installing what the tests need into .venv …"
	@$(BIN)/python -m pip install -q --disable-pip-version-check --require-hashes -r requirements/test.txt
	@touch $@

.venv/bench.stamp: requirements/bench.txt .venv/test.stamp
	@echo "Installing what only measurements need into .venv …"
	@$(BIN)/python -m pip install -q --disable-pip-version-check --require-hashes -r requirements/bench.txt
	@touch $@

clean:
	rm -rf .venv var build dist
