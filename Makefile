# hotwash: everything here sets up what it needs. Go and g++ are enough to begin;
# on Debian as root, g++ and Chromium are installed when they are missing.

SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c

GO          ?= go
BUILD       := .build
STATICCHECK := honnef.co/go/tools/cmd/staticcheck@v0.8.2
GOLANGCI    := github.com/golangci/golangci-lint/v2/cmd/golangci-lint@v2.15.0
SCENARIO    ?= departing-employee-data-policy
DRILL       := hotwash-drill/$(SCENARIO)
FUZZTIME    ?= 20s
BENCH       ?= .
COUNT       ?= 1

# What doesn't reach DuckDB, which needs cgo and has no library for every system.
PORTABLE = $$($(GO) list -f '{{.ImportPath}} {{join .Deps " "}}' ./... | grep -v marcboeker/go-duckdb | cut -d' ' -f1)

.PHONY: demo test conformance bench lint fuzz help setup browser format vet tidy generate portable
.DEFAULT_GOAL := help

demo: setup ## simulate a departing employee, analyze the logs, print where the report is
	$(GO) build -o $(BUILD)/hotwash ./cmd/hotwash
	$(BUILD)/hotwash drill $(SCENARIO) --out hotwash-drill
	@echo
	@echo "the report: $(CURDIR)/$(DRILL)/report.html"

test: setup browser format vet portable tidy generate ## all that must hold before a change is made: checks, tests, tests with the race detector
	$(GO) test -timeout 10m ./...
	$(GO) test -timeout 10m -race -short ./...

conformance: setup ## hold what is read of real logs against independent readings, and print the table; HOTWASH_DATA=folder of them
	@rm -f $(BUILD)/conformance.txt; status=0; \
	$(GO) test -count=1 -timeout 10m -v -run '^TestConformance$$' ./analyze/conformance -args -table $(CURDIR)/$(BUILD)/conformance.txt || status=$$?; \
	if [ -f $(BUILD)/conformance.txt ]; then cat $(BUILD)/conformance.txt; fi; exit $$status

bench: setup ## benchmarks, printed by benchstat; BENCH=pattern COUNT=6, and OLD=file to compare with an earlier .build/bench.txt
	@mkdir -p $(BUILD)
	$(GO) test -run '^$$' -bench '$(BENCH)' -benchmem -count $(COUNT) -timeout 60m \
		$$(grep -rl --include='*_test.go' '^func Benchmark' analyze simulate reports cmd | xargs -n1 dirname | sort -u | sed 's|^|./|') | tee $(BUILD)/bench.txt
	@echo
	$(GO) tool benchstat $(OLD) $(BUILD)/bench.txt

lint: format vet ## formatting, vet, staticcheck and the linters of .golangci.yml
	$(GO) run $(GOLANGCI) run

fuzz: setup ## each fuzz target for FUZZTIME, and how many inputs it tried
	@grep -rhoH --include='*_test.go' '^func Fuzz[A-Za-z0-9_]*' analyze simulate reports cmd | sort -u | while IFS=: read -r file target; do \
		out=$$($(GO) test -run '^$$' -fuzz "^$${target#func }$$" -fuzztime $(FUZZTIME) -fuzzminimizetime 10x ./$$(dirname $$file) 2>&1) || { echo "$$out"; exit 1; }; \
		echo "$$out" | sed -n 's/.*execs: \([0-9]*\) (\([0-9]*\)\/sec), new interesting: \([0-9]*\).*/\1 \2 \3/p' | tail -n 1 | { \
			read -r execs rate new || execs=0; \
			printf '%-24s %-24s %12s inputs %9s/s %6s new\n' "$$(dirname $$file)" "$${target#func }" "$$execs" "$$rate" "$$new"; }; \
	done

help: ## what make can do
	@sed -n 's/^\([a-z]*\):.*## \(.*\)/\1\t\2/p' $(MAKEFILE_LIST) | expand -t 13

# The steps of the above.

setup:
	@command -v $(GO) >/dev/null || { echo "Go 1.26 or newer is needed: https://go.dev/dl" >&2; exit 1; }
	@if ! command -v g++ >/dev/null; then \
		if [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; then \
			apt-get update -q && apt-get install -q -y --no-install-recommends g++; \
		else \
			echo "g++ is needed, gcc alone can't link DuckDB: apt-get install g++" >&2; exit 1; \
		fi; \
	fi
	@mkdir -p $(BUILD)

browser:
	@if ! command -v chromium chromium-browser google-chrome >/dev/null; then \
		if [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; then \
			{ apt-get update -q && apt-get install -q -y --no-install-recommends chromium; } || echo "the browser test will be skipped: Chromium could not be installed"; \
		else \
			echo "the browser test will be skipped: there is no Chromium, and only root can install it"; \
		fi; \
	fi

format:
	@files=$$(gofmt -l analyze cmd queries reports scenarios simulate); \
	if [ -n "$$files" ]; then echo "not formatted, gofmt -w does it:"; echo "$$files"; exit 1; fi

vet:
	$(GO) vet ./...
	$(GO) run $(STATICCHECK) ./...

portable:
	@for os in windows darwin; do \
		echo "build without cgo for $$os"; \
		CGO_ENABLED=0 GOOS=$$os $(GO) build $(PORTABLE); \
		CGO_ENABLED=0 GOOS=$$os $(GO) vet $$($(GO) list -f '{{.ImportPath}} {{join .Deps " "}} {{join .TestImports " "}} {{join .XTestImports " "}}' ./... \
			| grep -v -e marcboeker/go-duckdb -e hotwash/analyze/store | cut -d' ' -f1); \
	done

tidy:
	$(GO) mod tidy -diff

generate:
	@before=$$(cat cmd/hotwash/doc.go | sha256sum); \
	$(GO) generate ./...; \
	if [ "$$before" != "$$(cat cmd/hotwash/doc.go | sha256sum)" ]; then echo "go generate has changed cmd/hotwash/doc.go: commit it"; exit 1; fi
