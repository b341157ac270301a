# Threadmill. `make` alone lists the targets. Each sees to what it needs, and does no more: dependencies are
# installed when package-lock.json has changed, and dist/ is built when a source has.
#
# Options go on in ARGS:   make bench ARGS="--jobs 50 --concurrency 50 --latency 100"
#
# make itself ends with 2 whenever a command fails, whatever that command's own exit code was. For the codes
# of `threadmill --help`, run `node dist/src/cli/main.js` after `make build`.

NODE ?= node
NPM ?= npm
ARGS ?=
# Test files at a time: tests wait more than they compute. With one, those that measure are left in peace, which helps
# to tell a fault from a crowded machine.
TEST_CONCURRENCY ?= 3
# The unit tests run in one process, the others in one for each file. Those that take longest come first.
TEST_FILES ?= test/unit.ts $(foreach folder,contract browser integration,$(sort $(wildcard test/$(folder)/*.test.ts)))

INSTALLED := node_modules/.package-lock.json
BUILT := dist/.stamp
SOURCES := $(shell find src workers -type f) package.json tsconfig.json
THREADMILL := $(NODE) dist/src/cli/main.js

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.PHONY: help bench profile sweep record report serve test suite typecheck lint format build install schema reference \
	fidelity http2 tls clients probe-cost connections memory profile-speed page-speed coverage verdicts crossover regressions decisions \
	aa server-ceiling queue-scaling stall agreement record-cost record-truth record-tools record-soak faults break-even ledger case-studies queue-chaos queue-memory queue-overhead \
	test-fast test-node22 test-node24 test-node26 clean clean-profiles

help: ## List the targets
	@awk 'BEGIN { FS = ":.*## " } /^[a-z][a-z0-9-]*:.*## / { printf "  make %-16s %s\n", $$1, $$2 }' Makefile
	@echo
	@echo '  Options: make bench ARGS="--jobs 50 --latency 100"; all of them: make bench ARGS=--help'

bench: $(BUILT) ## Time the same jobs in five variants (about half a minute)
	@$(THREADMILL) bench $(ARGS)

profile: $(BUILT) ## The same, then profile every thread of every variant
	@$(THREADMILL) profile $(ARGS)

sweep: $(BUILT) ## How each variant scales with concurrency (about two minutes)
	@$(THREADMILL) sweep $(ARGS)

record: $(BUILT) ## Record every thread of a Node program: ARGS="-- node app.js"
	@$(THREADMILL) record $(ARGS)

report: $(BUILT) ## Draw the newest run's report again and open it (ARGS=<run> for another)
	@$(THREADMILL) report $(ARGS)

serve: $(BUILT) ## Run the embedded API server until Ctrl+C
	@$(THREADMILL) serve $(ARGS)

test: $(BUILT) typecheck lint ## Build, check types and style, run every test
	@$(MAKE) --no-print-directory suite

test-fast: $(BUILT) typecheck lint ## Check types and style, run the unit tests
	@$(MAKE) --no-print-directory suite TEST_FILES=test/unit.ts

# Only the tests, with whichever node comes first in PATH.
suite: $(BUILT)
	@$(NODE) --import tsx test/support/run-tests.ts $(TEST_CONCURRENCY) $(TEST_FILES)

typecheck: $(INSTALLED) ## Check the types of sources, tests and examples
	@$(NPM) run --silent typecheck

lint: $(INSTALLED) ## Check style and format
	@$(NPM) run --silent lint

format: $(INSTALLED) ## Fix style and format where that is safe
	@npx --no-install biome check --write .

build: $(BUILT) ## Compile to dist/

install: $(INSTALLED) ## Install what package-lock.json lists

schema: $(INSTALLED) ## Write the schemas in docs/ anew, after a change of a JSON document
	@$(NODE) --import tsx test/support/write-schema.ts

reference: $(INSTALLED) ## Write the tables of docs/reference.md and docs/recording.md anew
	@$(NODE) --import tsx test/support/write-reference.ts

http2: $(BUILT) ## What the HTTP/2 client costs against a loop on node:http2 (a minute, wants an idle machine)
	@$(NODE) --import tsx test/benchmarks/http2.ts $(ARGS)

tls: $(BUILT) ## TLS handshakes in the traced pass against a client on node:tls (a minute, wants an idle machine)
	@$(NODE) --import tsx test/benchmarks/tls.ts $(ARGS)

clients: $(BUILT) ## What each HTTP client costs, and against a loop written by hand with it (ten minutes, wants an idle machine)
	@$(NODE) --import tsx test/benchmarks/clients.ts $(ARGS)

fidelity: $(BUILT) ## What Threadmill costs against loops written by hand (minutes, wants an idle machine)
	@$(NODE) --import tsx test/benchmarks/fidelity.ts $(ARGS)

probe-cost: $(BUILT) ## Cost of the probes around a trial (minutes, wants an idle machine)
	@$(NODE) --import tsx test/benchmarks/probe-cost.ts $(ARGS)

connections: $(BUILT) ## CPU of a request over our connections and over undici's Pool (five minutes)
	@$(NODE) --import tsx test/benchmarks/connections.ts $(ARGS)

memory: $(BUILT) ## What a million jobs cost in memory (two minutes)
	@$(NODE) --import tsx test/benchmarks/memory.ts

profile-speed: $(BUILT) ## Profiles against JSON.parse and 0x: time and memory (ten minutes)
	@$(NODE) --import tsx test/benchmarks/profile-speed.ts $(ARGS)

page-speed: $(BUILT) ## How large reports are, and how soon one can use them (minutes, wants an idle machine)
	@$(NODE) --import tsx test/benchmarks/page-speed.ts $(ARGS)

coverage: $(INSTALLED) ## How often the statistics keep their word, by simulation (half an hour)
	@$(NODE) --import tsx test/benchmarks/coverage.ts $(ARGS)

verdicts: $(BUILT) ## The seven kinds of verdict, each from a run on the embedded server (minutes, wants an idle machine)
	@$(NODE) --import tsx test/benchmarks/verdicts.ts $(ARGS)

regressions: $(BUILT) ## How often bench --against calls added CPU and waits what they are (25 minutes, resumes, wants an idle machine)
	@$(NODE) --import tsx test/benchmarks/regressions.ts $(ARGS)

decisions: $(INSTALLED) ## How often the gates of bench --against are right, by simulation (two minutes)
	@$(NODE) --import tsx test/benchmarks/decisions.ts $(ARGS)

crossover: $(BUILT) ## Check the estimated CPU per job above which threads pay (four minutes, wants an idle machine)
	@$(NODE) --import tsx test/benchmarks/crossover.ts $(ARGS)

queue-scaling: $(BUILT) ## Throughput of a queue by its workers, and what the law predicts (ten minutes, wants an idle machine)
	@$(NODE) --import tsx test/benchmarks/queue-scaling.ts $(ARGS)

break-even: $(BUILT) ## Check the CPU per job above which a sweep says that offload pays (five minutes, wants an idle machine)
	@$(NODE) --import tsx test/benchmarks/break-even.ts $(ARGS)

ledger: $(BUILT) ## Cost of moving data as the ledger has it, beside the same messages by hand (one minute)
	@$(NODE) --import tsx test/benchmarks/ledger.ts $(ARGS)

case-studies: $(BUILT) ## Run every workload of docs/case-studies.md and write its table (minutes, wants an idle machine)
	@$(NODE) --import tsx test/benchmarks/case-studies.ts $(ARGS)

aa: $(BUILT) ## Ten runs of the baseline against itself: how many claim a difference (five minutes, wants an idle machine)
	@$(NODE) --import tsx test/benchmarks/aa.ts $(ARGS)

server-ceiling: $(BUILT) ## How many requests a second the embedded server can answer
	@$(NODE) --import tsx test/benchmarks/server-ceiling.ts $(ARGS)

stall: $(BUILT) ## Response times at a fixed rate against the values on paper (seven minutes)
	@$(NODE) --import tsx test/benchmarks/stall.ts $(ARGS)

agreement: $(BUILT) ## Throughput beside autocannon and wrk (ten minutes, wants an idle machine)
	@$(NODE) --import tsx test/benchmarks/agreement.ts $(ARGS)

record-cost: $(BUILT) ## CPU that record adds to a server and to tsc, beside other profilers (minutes, wants an idle machine)
	@$(NODE) --import tsx test/benchmarks/record-cost.ts $(ARGS)

record-truth: $(BUILT) ## Recordings against what programs measured themselves (three minutes, wants an idle machine)
	@$(NODE) --import tsx test/benchmarks/record-truth.ts $(ARGS)

record-tools: $(BUILT) ## Record vitest, eslint, tsc and tinypool, and test suites of packages from npm (minutes)
	@$(NODE) --import tsx test/benchmarks/record-tools.ts $(ARGS)

record-soak: $(BUILT) ## Start and stop the recorder 1,000 times, and attach 50 times (some minutes)
	@$(NODE) --import tsx test/benchmarks/record-soak.ts $(ARGS)

queue-chaos: $(BUILT) ## Kill workers and server of a queue, cut and slow them: 50 seeded trials (ten minutes)
	@$(NODE) --import tsx test/benchmarks/queue-chaos.ts $(ARGS)

queue-memory: $(BUILT) ## What 10,000, 50,000 and 100,000 jobs on a queue hold in memory (three minutes)
	@$(NODE) --import tsx test/benchmarks/queue-memory.ts $(ARGS)

queue-overhead: $(BUILT) ## What distributed-queue costs against a loop on BullMQ alone (five minutes, wants an idle machine)
	@$(NODE) --import tsx test/benchmarks/queue-overhead.ts $(ARGS)

faults: $(BUILT) ## Everything a server can do wrong against every variant, h1, TLS and h2, as tables (half an hour)
	@$(NODE) --import tsx test/faults/main.ts $(ARGS)

test-node22: $(BUILT) .cache/node22/.stamp ## Run the tests under Node 22
	@PATH="$(CURDIR)/.cache/node22/bin:$$PATH" $(MAKE) --no-print-directory suite NODE=node

test-node24: $(BUILT) .cache/node24/.stamp ## Run the tests under Node 24
	@PATH="$(CURDIR)/.cache/node24/bin:$$PATH" $(MAKE) --no-print-directory suite NODE=node

test-node26: $(BUILT) .cache/node26/.stamp ## Run the tests under Node 26
	@PATH="$(CURDIR)/.cache/node26/bin:$$PATH" $(MAKE) --no-print-directory suite NODE=node

clean: ## Remove what was built; runs stay
	@rm -rf dist .cache

clean-profiles: ## Remove every run under profiles/
	@find profiles -mindepth 1 -maxdepth 1 ! -name README.md -exec rm -rf {} +

$(INSTALLED): package-lock.json
	@$(NPM) ci --no-audit --no-fund
	@touch $@

$(BUILT): $(INSTALLED) $(SOURCES)
	@$(NPM) run --silent build
	@touch $@

# npm has Node's binaries as packages, one for each platform.
.cache/node%/.stamp:
	@package="$$($(NODE) -p '`node-$${process.platform}-$${process.arch}`')" && \
		$(NPM) install --prefix $(@D) --no-save --no-audit --no-fund --loglevel=error "$$package@$*" && \
		mkdir -p $(@D)/bin && ln -sf "../node_modules/$$package/bin/node" $(@D)/bin/node && \
		$(@D)/bin/node --version
	@touch $@
