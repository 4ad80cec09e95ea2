# Weir: `make run` builds and starts it, `make test` runs every check.
# Both first see to it that the tools they need are there (scripts/setup); both can be repeated.

.PHONY: help run test torture setup build format

help:
	@echo 'make run     build Weir and start it on http://127.0.0.1:8080, data in ./weir-data'
	@echo 'make test    run every check: format, lints, Rust tests, wasm tests, end-to-end tests'
	@echo 'make torture MINUTES=20 DATABASE=sqlite|postgres SEED=1  faults under load, and closing the account'
	@echo 'make build   build the release binary only'
	@echo 'make setup   install what `make run` and `make test` need'
	@echo 'make format  format the sources'

run:
	@scripts/run

test:
	@scripts/test

torture:
	@scripts/setup test
	@scripts/build
	@DATABASE=$(or $(DATABASE),sqlite) scripts/torture --minutes $(or $(MINUTES),20) $(if $(SEED),--seed $(SEED))

build:
	@scripts/setup build
	@scripts/build

setup:
	@scripts/setup test

format:
	@cargo fmt --all
