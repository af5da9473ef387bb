# Each target is a script or two of .make/; nothing is decided here. CONTRIBUTING.md says how long each takes.
.DEFAULT_GOAL := help
.NOTPARALLEL:
.PHONY: help serve test check nightly release setup client sizes lint unit e2e matrix bench dev clean

help: ## This list.
	@awk -F ':.*## ' '/^[a-z0-9]+:.*## / { printf "  make %-8s %s\n", $$1, $$2 }' Makefile

serve: ## Set everything up, build quickly and serve on http://127.0.0.1:3000.
	@.make/setup serve
	@.make/client quick
	@.make/server quick
	@.make/with target/debug/forkline serve

test: ## Set everything up and run every check and test.
	@.make/setup test
	@.make/test

check: ## Format, lint and test what has changed and what stands on it.
	@.make/setup test
	@.make/check

nightly: ## The same as test, all counts in full, browser tests against what is released.
	@.make/setup test
	@FORKLINE_FULL=1 .make/test format native unit released node e2e

release: ## Build the program that is released, small and fast: target/release/forkline.
	@.make/setup serve
	@.make/test released

setup: ## Only the set-up, for serving and for the tests.
	@.make/setup test

client: ## Build the optimised browser bundle only and show what it weighs.
	@.make/setup serve
	@.make/client

sizes: ## Weigh what browsers download, where it has changed.
	@.make/setup serve
	@.make/test sizes

lint: ## Check the format and the compiler's advice, for server and browser.
	@.make/setup test
	@.make/test format native browser

unit: ## Run the Rust tests.
	@.make/setup test
	@.make/test unit

e2e: ## Run the tests that need Node.js or a browser.
	@.make/setup test
	@.make/test native browser node e2e

matrix: ## Check who gets what from every address, and print it as a table.
	@.make/setup test
	@.make/matrix

bench: ## Measure the engine and the pages (Lighthouse comes from the npm registry).
	@.make/setup test
	@.make/test released
	@.make/bench

dev: ## Serve, rebuild and reload on every change (needs cargo-leptos).
	@.make/setup serve
	@.make/dev

clean: ## Remove everything built here, but not the tools shared by all clones.
	@rm -rf target end2end/node_modules end2end/test-results end2end/playwright-report
