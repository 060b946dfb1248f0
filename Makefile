# Two commands do everything: `make demo` runs the example, `make test` tests the project.
# In CI the build outputs live outside the clone, so that a second run starts warm.

PYTHON ?= python3
PYTEST_ARGS ?= -n auto
CACHE  ?= $(if $(CI),$(HOME)/.cache/gristmill,.)

export CARGO_TARGET_DIR ?= $(abspath $(CACHE))/target
VENV   := $(abspath $(CACHE))/.venv
PEERS  := $(abspath $(CACHE))/.venv-peers
ORCHESTRATORS := $(abspath $(CACHE))/.venv-orchestrators
BIN    := $(VENV)/bin

# What the wheel is made of: a change here builds it again, anything else does not.
WHEEL_SOURCES := Cargo.toml Cargo.lock pyproject.toml $(shell find src python -type f -not -name '*.so' -not -path '*/__pycache__/*')
# The example's files may be given: make demo PRODUCTS=listings.jsonl REVIEWS=reviews.csv
# Listings may come from the Selling Partner API: make demo AMAZON=mock (a stand-in, no credentials), or AMAZON=api.
EXAMPLE_API := $(if $(filter mock,$(AMAZON)),$(BIN)/python -m gristmill.sources.amazon.mock --listings models/sample/products.jsonl --)
EXAMPLE_ENV := $(if $(AMAZON),SOURCES__AMAZON__PRODUCTS_FROM=selling_partner_catalog) $(if $(PRODUCTS),SOURCES__AMAZON__PRODUCTS_PATH=$(PRODUCTS) SOURCES__AMAZON__REVIEWS_PATH=$(REVIEWS))

.PHONY: demo test test-rust test-python test-orchestrators lint format parity-record parity-dlt parity-dbt parity bench bench-growth bench-sources faults soak clean

demo: $(VENV)/.wheel models/sample/products.jsonl
	@$(EXAMPLE_ENV) $(EXAMPLE_API) $(BIN)/gristmill up --project-dir models

models/sample/products.jsonl: models/sample/make_sample.py
	@$(PYTHON) models/sample/make_sample.py

test: test-rust test-python

test-rust:
	cargo test --locked

test-python: $(VENV)/.wheel $(VENV)/.tests
	$(BIN)/python -m pytest $(PYTEST_ARGS)

# The code of cosmos and dagster over our executable, manifest and log, in an environment of its own.
test-orchestrators: $(VENV)/.wheel $(ORCHESTRATORS)/.installed
	$(ORCHESTRATORS)/bin/pip install -q --no-deps --force-reinstall $(VENV)/wheel/*.whl
	$(ORCHESTRATORS)/bin/python -m pytest tests/orchestrators -o filterwarnings=default

lint: $(VENV)/.wheel $(VENV)/.tests
	cargo fmt --check
	cargo clippy --locked --all-targets -- -D warnings
	PYO3_PYTHON=$(BIN)/python cargo clippy --locked --all-targets --features python -- -D warnings
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/pyright --pythonpath $(BIN)/python

format:
	cargo fmt
	$(BIN)/ruff check --fix
	$(BIN)/ruff format

# Golden files hold what the peers leave; these two targets run the peers themselves.
parity: parity-dlt parity-dbt

parity-dlt: $(VENV)/.wheel $(VENV)/.tests $(PEERS)/.peers
	GRISTMILL_PEERS=$(PEERS)/bin/python $(BIN)/python -m tests.parity.dlt live

# The made-up templates are the same ones each time; without `--seed` they are new.
parity-dbt: $(VENV)/.wheel $(VENV)/.tests $(PEERS)/.peers
	GRISTMILL_PEERS=$(PEERS)/bin/python $(BIN)/python -m tests.parity.dbt live
	GRISTMILL_PEERS=$(PEERS)/bin/python $(BIN)/python -m tests.parity.dbt.example
	GRISTMILL_PEERS=$(PEERS)/bin/python $(BIN)/python -m tests.parity.dbt_library.pure live
	GRISTMILL_PEERS=$(PEERS)/bin/python $(BIN)/python -m tests.parity.python_api live
	GRISTMILL_PEERS=$(PEERS)/bin/python $(BIN)/python -m tests.parity.jinja_generated --count 5000 --seed 5282564
	GRISTMILL_PEERS=$(PEERS)/bin/python $(BIN)/python -m tests.parity.jinja_generated --count 3000 --seed 300001 --about scoping
	GRISTMILL_PEERS=$(PEERS)/bin/python $(BIN)/python -m tests.parity.adapter live

parity-record: $(VENV)/.tests $(PEERS)/.peers
	GRISTMILL_PEERS=$(PEERS)/bin/python $(BIN)/python -m tests.parity.dlt record
	GRISTMILL_PEERS=$(PEERS)/bin/python $(BIN)/python -m tests.parity.surface record
	GRISTMILL_PEERS=$(PEERS)/bin/python $(BIN)/python -m tests.parity.commands.transcript record
	$(PEERS)/bin/python tests/parity/normalize/record.py
	$(PEERS)/bin/python tests/parity/load/record.py
	GRISTMILL_PEERS=$(PEERS)/bin/python $(BIN)/python -m tests.parity.dbt record
	$(PEERS)/bin/python tests/parity/dbt_library/record.py --write
	GRISTMILL_PEERS=$(PEERS)/bin/python $(BIN)/python -m tests.parity.dbt_library.pure record
	GRISTMILL_PEERS=$(PEERS)/bin/python $(BIN)/python -m tests.parity.python_api record
	GRISTMILL_PEERS=$(PEERS)/bin/python $(BIN)/python -m tests.parity.adapter record
	$(PEERS)/bin/python -m tests.parity.real_json ../shared/data/json

# What goes wrong outside: servers, files, databases, credentials that must not leak. Prints passed / total.
faults: $(VENV)/.wheel $(VENV)/.tests
	$(BIN)/python -m pytest $(PYTEST_ARGS) -m fault tests/python

# Ratios of CPU seconds against DuckDB alone and the peers, in one run; SCALE=1 is the full size.
bench: $(VENV)/.wheel $(VENV)/.tests $(PEERS)/.peers
	GRISTMILL_PEERS=$(PEERS)/bin/python $(BIN)/python -m tests.bench ingest --scale $(or $(SCALE),0.1)
	$(BIN)/python -m tests.bench.runner --dbt $(PEERS)/bin/dbt

# Pages of an API at 20 ms, a table of PostgreSQL and a file of JSON lines, in CPU seconds and on the wall, against dlt in the same run.
bench-sources: $(VENV)/.wheel $(VENV)/.tests $(PEERS)/.peers
	GRISTMILL_PEERS=$(PEERS)/bin/python $(BIN)/python -m tests.bench sources
	GRISTMILL_PEERS=$(PEERS)/bin/python $(BIN)/python -m tests.bench.sql --scale $(or $(SCALE),1)
	GRISTMILL_PEERS=$(PEERS)/bin/python $(BIN)/python -m tests.bench.files --scale $(or $(SCALE),1)

# CPU microseconds a row at 1, 2, 4 and 8 times the work; SCALE is that of the first.
bench-growth: $(VENV)/.wheel $(VENV)/.tests
	$(BIN)/python -m tests.bench growth --scale $(or $(SCALE),0.05)

# Kills runs at every call that changes a file and at random times, fills the disk at every call, damages every working file.
soak: $(VENV)/.wheel $(VENV)/.tests
	$(BIN)/python -m tests.python.faults.soak
	$(BIN)/python -m tests.python.runner.random_edits --steps 3000

clean:
	rm -rf target .venv .venv-peers .venv-orchestrators models/target models/logs models/*.duckdb models/*.duckdb.wal

$(ORCHESTRATORS)/.installed: tests/requirements-orchestrators.txt
	$(PYTHON) -m venv $(ORCHESTRATORS)
	$(ORCHESTRATORS)/bin/pip install -q -r tests/requirements-orchestrators.txt
	@touch $@

$(VENV)/.created:
	@$(PYTHON) -c 'import sys; sys.exit("gristmill needs Python 3.11 or newer; name one with PYTHON=") if sys.version_info < (3, 11) else None'
	$(PYTHON) -m venv $(VENV)
	@touch $@

$(VENV)/.wheel: $(VENV)/.created $(WHEEL_SOURCES)
	rm -rf $(VENV)/wheel
	$(BIN)/python -m pip wheel --quiet --disable-pip-version-check --no-deps --wheel-dir $(VENV)/wheel .
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --force-reinstall --no-deps $(VENV)/wheel/*.whl
	$(BIN)/python -m pip install --quiet --disable-pip-version-check $(VENV)/wheel/*.whl
	@touch $@

$(VENV)/.tests: $(VENV)/.created tests/requirements.txt
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -r tests/requirements.txt
	@touch $@

$(PEERS)/.peers: tests/requirements-peers.txt
	$(PYTHON) -m venv $(PEERS)
	$(PEERS)/bin/python -m pip install --quiet --disable-pip-version-check -r tests/requirements-peers.txt
	@touch $@
