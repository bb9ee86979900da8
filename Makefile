# Every command of the project; `make` alone lists them.

PYTHON ?= python3
# Tests wait more than they work: three processes fill two cores.
PROCESSES ?= 3
BIN := .venv/bin
SOURCES := shared services deploy tests
LOCK := $(BIN)/uv pip compile --quiet --python-version 3.11 --universal --generate-hashes \
	--no-emit-index-url --no-header

# Compiled code is kept: a run starts dozens of processes, and each would compile everything again.
unexport PYTHONDONTWRITEBYTECODE

.DEFAULT_GOAL := help
.PHONY: help run clean-run servers test prove check format lock replay

help:
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "make %-10s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

run: .venv/paths ## Start everything on this machine; INSTITUTE=iess for the other institute
	@$(BIN)/python -m deploy.local.run

clean-run: ## Forget all data of `make run`
	@$(PYTHON) -m deploy.local.clean

servers: .venv/paths ## Start PostgreSQL and RabbitMQ alone, to run tests against
	@$(BIN)/python -m deploy.local.servers

test: .venv/paths ## Run all tests; ARGS="-k booking" for some, ARGS="-n 0" in one process
	$(BIN)/python -m pytest -n $(PROCESSES) $(ARGS)

prove: .venv/paths ## Run the proofs at their full size and print the figures; ARGS="-k enumeration"
	PROOF=full $(BIN)/python -m pytest tests/proofs $(ARGS)

check: .venv/paths ## Lint, types, import rules, dependencies
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	MYPYPATH="$$(printf '%s:' services/*)" $(BIN)/mypy $(SOURCES)
	$(BIN)/lint-imports
	$(BIN)/deptry .
	$(BIN)/python -m deploy.local.own_names

format: .venv/paths ## Format the code, and mend what can be mended mechanically
	$(BIN)/ruff check --fix-only .
	$(BIN)/ruff format .

lock: .venv/paths ## Pin every requirements.in to versions and hashes
	$(LOCK) --output-file requirements.txt requirements.in
	for service in services/*; do $(LOCK) --constraint requirements.txt \
		--output-file $$service/requirements.txt $$service/requirements.in || exit 1; done

replay: .venv/paths ## Replay a booking trace through the running system: FILE=... SPEED=60 FROM= TO=
	@$(BIN)/python -m deploy.local.replay "$(or $(FILE),deploy/local/replay/traces/morning.csv)" \
		--speed "$(or $(SPEED),60)" $(if $(FROM),--from-s "$(FROM)") $(if $(TO),--to-s "$(TO)")

.venv/installed: requirements.txt deploy/local/venv.sh
	@sh deploy/local/venv.sh "$(PYTHON)"
	@touch $@

# The repository's root and every service's folder are on the path: a path is an import.
.venv/paths: .venv/installed services
	@printf '%s\n' "$(CURDIR)" $(foreach service,$(wildcard services/*),"$(CURDIR)/$(service)") \
		>"$$($(BIN)/python -c 'import sysconfig; print(sysconfig.get_path("purelib"))')/services.pth"
	@touch $@
