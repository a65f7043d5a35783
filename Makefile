# Aisle. `make demo` on a fresh machine installs what is missing, builds, indexes the sample catalogue and searches it.

# Settings, all optional: make test SWIFT=/opt/swift/usr/bin/swift JOBS=4
SWIFT ?= swift
# Configuration of `make build`: release or debug.
CONFIG ?= release
# Parallel compilations; empty leaves it to SwiftPM.
JOBS ?=
# 1: `make test` builds as `make check` does, with warnings as errors, and shares its build (CI does).
STRICT ?=

export SWIFT CONFIG JOBS STRICT

.DEFAULT_GOAL := help
.PHONY: help setup build demo serve test check bench eval clean

help: ## Show this list
	@echo 'make demo    on a fresh machine: set up, build, index the sample catalogue, search it'
	@echo 'make test    on a fresh machine: set up, build, run all tests'
	@echo
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  %-8s %s\n", $$1, $$2 }' Makefile
	@echo
	@echo 'Settings: CONFIG=release|debug  SWIFT=path  JOBS=n  STRICT=1'

setup: ## Install the system packages that are missing (asks for root only then)
	@Scripts/setup

build: setup ## Build the aisle command line
	@Scripts/build $(CONFIG)

demo: setup ## Index the sample catalogue and run a few searches
	@Scripts/demo

serve: setup ## Serve the sample catalogue at http://127.0.0.1:8080/ until Ctrl-C (PORT=n)
	@Scripts/serve

test: setup ## Run all tests, and every command of the README
	@Scripts/test

check: setup ## Formatting, warnings, import arrows, file lengths, scripts
	@Scripts/check

bench: setup ## Measure indexing, searching and serving
	@Scripts/bench

eval: setup ## Run the experiments and say which figures moved (UPDATE=1 accepts them)
	@Scripts/eval $(if $(UPDATE),--update)

clean: ## Remove everything built
	rm -rf .build .build-*
