# Each target is a script or two of .make/; nothing is decided here.
.DEFAULT_GOAL := help
.NOTPARALLEL:
.PHONY: help serve test setup build client lint unit e2e matrix bench dev clean

help: ## This list.
	@awk -F ':.*## ' '/^[a-z0-9]+:.*## / { printf "  make %-8s %s\n", $$1, $$2 }' Makefile

serve: build ## Set everything up, build and serve on http://127.0.0.1:3000.
	@.make/with target/release/forkline serve

test: ## Set everything up and run every check and test.
	@.make/setup test
	@.make/test

setup: ## Only the set-up, for serving and for the tests.
	@.make/setup test

build: ## Build the browser bundle and the server, optimised.
	@.make/setup serve
	@.make/client
	@.make/server

client: ## Build the browser bundle only and show what it weighs.
	@.make/setup serve
	@.make/client

lint: ## Check the format and the compiler's advice, for server and browser.
	@.make/setup test
	@.make/test lint

unit: ## Run the Rust tests.
	@.make/setup serve
	@.make/test unit

e2e: ## Run the tests that need Node.js or a browser.
	@.make/setup test
	@.make/test client node e2e

matrix: ## Check who gets what from every address, and print it as a table.
	@.make/setup serve
	@.make/matrix

bench: ## Measure the engine and the pages (Lighthouse comes from the npm registry).
	@.make/setup test
	@.make/client
	@.make/server
	@.make/bench

dev: ## Serve, rebuild and reload on every change (needs cargo-leptos).
	@.make/setup serve
	@.make/dev

clean: ## Remove everything built here, but not the tools shared by all clones.
	@rm -rf target end2end/node_modules end2end/test-results end2end/playwright-report
