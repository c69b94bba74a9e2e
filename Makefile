# The one front door. `make` alone tells what there is.

SHELL := bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
MAKEFLAGS += --no-print-directory

SWIFT ?= swift
# Stops an import that Package.swift does not allow: the walls between modules are the compiler's.
SWIFT_FLAGS := --explicit-target-dependency-import-check error
STACK := docker/local/stack
VENV := .build/venv/bin
SERVICES := gateway orchestrator agent-worker approvals rag-indexer policy state

##@ First steps

.PHONY: help
help: ## This page
	@echo "Cadenza: durable workflows and agents on Kafka. Begin with: make demo"
	@awk 'BEGIN { FS = ":.*## " } \
	    /^##@/ { printf "\n%s\n", substr($$0, 5) } \
	    /^[a-zA-Z0-9%_-]+:.*## / { printf "  %-18s %s\n", $$1, $$2 }' $(firstword $(MAKEFILE_LIST))

.PHONY: demo
demo: up ## Installs, builds, starts everything on loopback and runs the example claims
	@eval "$$($(STACK) env)" && examples/claims/run
	@echo "make status shows what runs, make logs what it says; make down stops it."

.PHONY: install
install: ## Installs what is missing: Debian packages, and from PyPI into .build/venv
	@docker/local/install

.PHONY: build
build: install ## Builds everything
	@$(SWIFT) build $(SWIFT_FLAGS)

##@ The stack on this machine

.PHONY: up
up: build ## Starts Postgres, Redis, the broker, the model server and the seven services
	@$(STACK) up

.PHONY: down
down: ## Stops what `up` started, and only that; the data stay in .run
	@$(STACK) down

.PHONY: status
status: ## What runs, and where
	@$(STACK) status || true

.PHONY: logs
logs: ## Follows all logs
	@$(STACK) logs --follow

.PHONY: run-%
run-%: build ## Runs one service in the foreground, such as run-gateway (in place of the stack's)
	@$(STACK) foreground $*

##@ Tests

.PHONY: test
test: ## Sets up for, and runs, every test (under 35 minutes on two cores)
	@.ci/test all

.PHONY: test-unit
test-unit: ## Tests that need no server
	@.ci/test unit

.PHONY: test-integration
test-integration: ## Tests with the real Postgres, Redis and broker, and the official Kafka clients
	@.ci/test integration

.PHONY: test-e2e
test-e2e: ## The example claims through all seven services
	@.ci/test e2e

.PHONY: test-language
test-language: build ## Scenarios of the workflow language through all seven services (SCENARIOS="listen": those so named)
	@docker/local/install --tests
	@CADENZA_TEST_SCENARIOS="$(SCENARIOS)" $(VENV)/python Tests/EndToEnd/run.py language

.PHONY: attacks
attacks: build ## Kills, take-overs, outages and bad input: nothing may be lost, nothing may happen twice
	@docker/local/install --tests
	@$(VENV)/python Tests/EndToEnd/run.py --full

.PHONY: chaos
chaos: build ## Breaks connections, processes, clocks and the disk under load, then counts all (MINUTES=10 SEED=1)
	@docker/local/install --tests
	@CADENZA_SEED="$(SEED)" $(VENV)/python Tests/EndToEnd/run.py chaos --minutes $${MINUTES:-10}

.PHONY: simulate
simulate: ## Seeds of the simulation (SIMULATION_SEEDS=500 FROM=1); a failing one is made small and printed
	@Tests/Simulation/run "$${SIMULATION_SEEDS:-500}" "$${FROM:-1}"

.PHONY: soak-defects
soak-defects: ## Plants defects, one at a time, and sees the simulation catch each within 2,000 seeds
	@Tests/Simulation/defects.py

.PHONY: soak
soak: build ## The simulation (SIMULATION_SEEDS=10000); workers that die at every boundary (SEEDS=200 SEED=1); then claims for an hour (MINUTES=60) while services are killed
	@docker/local/install --tests
	@Tests/Simulation/run "$${SIMULATION_SEEDS:-10000}" "$${SEED:-1}"
	@CADENZA_CRASH_SEEDS=$${SEEDS:-200} CADENZA_SEED=$${SEED:-1} $(SWIFT) test $(SWIFT_FLAGS) --filter AgentWorkerTests.CrashTests
	@end=$$((SECONDS + 60 * $${MINUTES:-60})); \
	    while ((SECONDS < end)); do $(VENV)/python Tests/EndToEnd/run.py kill_each_service effects --claims 400; done

.PHONY: soak-expressions
soak-expressions: ## A hundred thousand random expressions beside jq (PROGRAMS=100000 SEED=1)
	@docker/local/install --tests
	@CADENZA_DIFFERENTIAL=$${PROGRAMS:-100000} CADENZA_SEED=$${SEED:-$$RANDOM} \
	    $(SWIFT) test $(SWIFT_FLAGS) --filter DifferentialTests

.PHONY: bench
bench: install ## One table: rates, latencies, recovery and memory beside aims and raw limits (BENCH="--only W1b")
	@benchmarks/run $(BENCH)

.PHONY: profile
profile: install ## Flame graphs of every process while a workload runs, in .run/profile (BENCH="--only W3")
	@benchmarks/profile $(BENCH)

.PHONY: bench-language
bench-language: ## Expressions beside libjq, definitions decoded, executions decided; each with its aim (BENCH="--rounds 50")
	@docker/local/install --benchmarks
	@benchmarks/language $(BENCH)

##@ Care of the code

.PHONY: check
check: lint schemas-check test ## What CI runs: lint, schemas, then all tests

.PHONY: lint
lint: ## Style of Swift, Python, shell and Dockerfile
	@.ci/lint

.PHONY: format
format: ## Formats the Swift sources in place
	@git ls-files '*.swift' | xargs $(SWIFT) format format --in-place --parallel

.PHONY: schemas-check
schemas-check: ## Lints the schemas and looks for breaking changes
	@.ci/schemas-check

.PHONY: generate
generate: ## Makes anew what is generated and committed (the example PDFs); Swift types are made by the build
	@examples/claims/make-documents

.PHONY: charts-check
charts-check: ## Renders the Helm chart and validates the objects against Kubernetes' schemas
	@.ci/charts-check

.PHONY: clean
clean: ## Removes what the build made; .run (data, logs) stays
	@rm -rf .build/debug .build/release .build/*-unknown-linux-gnu .build/*.yaml .build/plugins
