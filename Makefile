# Two commands need nothing but Python 3.11 or newer, pip, git and gcc: `make demo` and `make test`.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
INSTALLED := $(VENV)/.installed
OUT ?= out
# Real prints for development, where they are: six sets, 480 impressions.
REAL_SETS = $(wildcard ../shared/data/fvc*/DB*_B)
# What the calibration is fitted to.
CALIBRATED = fvc2002/DB1_B:500 fvc2002/DB2_B:569 fvc2002/DB3_B:500 fvc2002/DB4_B:500 fvc2004/DB2_B:500 fvc2004/DB3_B:512 fcj2020:500 socofing:200
# What researchers bring: an extractor, a matcher, files of any naming (docs/compare-your-matcher.md).
OWN = $(if $(EXTRACTOR),--extractor "$(EXTRACTOR)") $(if $(MATCHER),--matcher "$(MATCHER)") $(if $(LAYOUT),--layout "$(LAYOUT)") $(if $(COLUMNS),--columns "$(COLUMNS)") $(if $(KEPT),--kept "$(KEPT)")
# Where STORE=postgresql is said: a server for the time, and its empty database.
ON_STORE = $(if $(filter postgresql,$(STORE)),.ci/with-postgresql sh -c 'exec "$$@" --database-url "$${IDVERIFY_TEST_POSTGRES_URL:?there is no PostgreSQL here}"' store)
# google/rpc/status.proto comes with googleapis-common-protos.
PROTO_PATHS = -Iproto -I$(shell $(BIN)/python -c 'import sysconfig; print(sysconfig.get_path("purelib"))')

# The protos of the last release, as protoc compiles them.
RELEASED := proto/released.binpb.gz

.PHONY: conformance kubernetes crash cluster-chaos topologies soak faults rehearse-upgrade mutate security supply-chain attack day demo test test-fast test-long coverage explore check lint types imports protos release-protos generate pages page-pictures install install-cluster benchmark benchmark-compare benchmark-extract benchmark-identify benchmark-gallery benchmark-served capacity benchmark-fusion benchmark-quality benchmark-verify benchmark-distortion benchmark-ablation calibrate benchmark-check benchmark-baseline overload report report-compare wheels protos-bundle typescript lock help clean

demo: $(INSTALLED)  ## play a day at a counter over gRPC, on prints that are made for it or on DATASET=
	$(BIN)/python -m enroll_tools.demo --out $(OUT)/demo $(if $(DATASET),--dataset "$(DATASET)") $(if $(RESOLUTION),--resolution $(RESOLUTION))

day: $(INSTALLED)  ## a day with everything that goes wrong on one, every answer judged; DAY="--citizens 60 --visits 26 --json" for less
	$(BIN)/python -m enroll_tools.day --out $(OUT)/day $(DAY)

test: $(INSTALLED)  ## every test
	$(BIN)/python -m pytest

test-fast: $(INSTALLED)  ## the tests of the inner loop, in two minutes; says what it leaves out
	$(BIN)/python -m pytest -m "not slow and not long"

test-long: $(INSTALLED)  ## what make coverage, and so .ci/run, leaves to this: on PostgreSQL too, with other people's verifiers
	.ci/with-verifiers .ci/with-softhsm .ci/with-postgresql $(BIN)/python -m pytest -m long

attack: $(INSTALLED)  ## every attack that is known, against real servers; ATTACK="--only 1,5 --small" for less
	$(BIN)/python -m tests.attack.command $(ATTACK)

faults: $(INSTALLED)  ## a disk that fails at each write, in each way, and the power cut at each sync; half an hour; FAULTS="--every 20" for less
	$(BIN)/python -m tests.faults.command $(FAULTS)

rehearse-upgrade: $(INSTALLED)  ## from a FORMER revision to this one and back on one register, and each one's client at the other's server
	@test -n "$(FORMER)" || { echo 'usage: make rehearse-upgrade FORMER=<revision with the migration 0028>'; exit 2; }
	$(BIN)/python -m tests.rehearsal.command "$(FORMER)"

mutate: $(INSTALLED)  ## N= mutated requests of every RPC against the whole service, 20,000 if not said; MUTATE="--seed 1 --only-number 2" for one
	$(BIN)/python -m tests.attack.mutate --calls $(or $(N),20000) $(MUTATE)

crash: $(INSTALLED)  ## the service killed with SIGKILL CYCLES= times, 200 if not said, and held to what it answered; STORE=postgresql kills that too; CRASH="--seed 1 --json"
	$(BIN)/python -m tests.endurance --cycles $(or $(CYCLES),200) --out "$(OUT)/crash" $(if $(STORE),--store $(STORE)) $(CRASH)

cluster-chaos: $(INSTALLED)  ## ten minutes of load while servers and PostgreSQL are killed, stopped and cut off, judged; CHAOS="--minutes 1 --json" for less
	$(BIN)/python -m tests.chaos --out "$(OUT)/cluster-chaos" $(CHAOS)

topologies: $(INSTALLED)  ## the same cases and load on one process, on PostgreSQL, on three servers, on four shards on Ray; TOPOLOGIES="--only NAME"
	.ci/with-verifiers $(BIN)/python -m tests.topologies.command $(TOPOLOGIES)

security: $(INSTALLED)  ## every command of docs/security.md's table of threats; SECURITY="--quick", "--only NAME", "--list" or "--json"
	@$(BIN)/python -m tests.security.command $(SECURITY)

supply-chain: $(INSTALLED)  ## packages: known vulnerabilities, licences, a bill of materials; bandit's rules; SUPPLY="--only audit" or "--json"
	@$(BIN)/python -m tests.supply_chain.command --out "$(OUT)/supply-chain" $(SUPPLY)

coverage: $(INSTALLED)  ## every test that is not long, measured: fails where too many branches of what is trusted are not taken
	$(BIN)/python -m tests.development.measured
	$(BIN)/python -m tests.development.branch_coverage out/coverage/coverage.json

explore: $(INSTALLED)  ## draw examples for MINUTES=n that no run has drawn yet, for all property tests or those of TESTS=
	@test -n "$(MINUTES)" || { echo 'usage: make explore MINUTES=<n> [TESTS="<file or folder> ..."]'; exit 2; }
	$(BIN)/python -m tests.development.exploring --minutes $(MINUTES) $(TESTS)

check: lint types imports protos  ## lint, types, import contracts, protos

lint: $(INSTALLED)  ## ruff: rules and format
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: $(INSTALLED)  ## mypy --strict
	$(BIN)/mypy

imports: $(INSTALLED)  ## who may import whom
	$(BIN)/lint-imports

protos: $(INSTALLED)  ## buf: style of the protos, and that nothing goes which was released
	@mkdir -p $(OUT)
	$(BIN)/python -m grpc_tools.protoc $(PROTO_PATHS) --include_imports --include_source_info -o $(OUT)/protos.binpb proto/idverify/v1/*.proto
	$(BIN)/buf lint $(OUT)/protos.binpb --config proto/buf.yaml
	$(BIN)/buf breaking $(OUT)/protos.binpb --against $(RELEASED) --config proto/buf.yaml

release-protos: $(INSTALLED)  ## hold the protos to what they are now: a step of a release
	@mkdir -p $(OUT)
	$(BIN)/python -m grpc_tools.protoc $(PROTO_PATHS) --include_imports -o $(OUT)/released.binpb proto/idverify/v1/*.proto
	gzip -9 -n -c $(OUT)/released.binpb > $(RELEASED)

# Generated code is committed; a test says when it is stale.
generate: $(INSTALLED)  ## idverify/v1 from the protos, and what describes HTTP
	$(BIN)/python -m grpc_tools.protoc $(PROTO_PATHS) --python_out=. --pyi_out=. --grpc_python_out=. proto/idverify/v1/*.proto
	$(BIN)/python -m tests.development.openapi.document

pages: $(INSTALLED)  ## what the docs say of the code, anew: tables, command line, the picture of the architecture, the dashboard
	$(BIN)/python -m tests.development.generated
	$(BIN)/python -m tests.development.architecture.picture
	$(BIN)/python -m tests.development.dashboard
	.ci/with-chromium $(BIN)/python -m tests.development.pages.pictures

page-pictures: $(INSTALLED)  ## the pictures of the counter page, anew, where there is a browser
	.ci/with-chromium $(BIN)/python -m tests.development.pages.pictures

install: $(INSTALLED)  ## .venv from the lock file, and the matcher compiled for this processor

install-cluster: $(INSTALLED)  ## what the gallery on Ray and lists in Parquet need: half a gigabyte
	$(BIN)/pip install --quiet --disable-pip-version-check --no-deps --require-hashes -r deploy/cluster.lock

benchmark: $(INSTALLED)  ## error rates on one database
	@test -n "$(DATASET)" || { echo 'usage: make benchmark DATASET=<folder, or list of prints or of pairs> OUT=<folder> [EXTRACTOR=leader|ridge|iso|image|<module:function>] [MATCHER=<module:function>] [RESOLUTION=<ppi>] [LAYOUT=<layout>] [COLUMNS="<meaning>=<column> ..."] [PAIRS=<list>] [KEPT=<folder>]'; exit 2; }
	$(BIN)/python -m benchmarks.verification --dataset "$(DATASET)" --out "$(OUT)" $(OWN) $(if $(RESOLUTION),--resolution $(RESOLUTION)) $(if $(PAIRS),--pairs "$(PAIRS)")

benchmark-identify: $(INSTALLED)  ## 1:N among N people
	@test -n "$(N)" || { echo 'usage: make benchmark-identify N=<fingers>[,<fingers>...] OUT=<folder> [DATASETS="<folder in FVC layout>[:<ppi>] ..."] [STORE=<folder for galleries>] [MAPPED=1]'; exit 2; }
	$(BIN)/python -m benchmarks.identification --fingers "$(N)" --out "$(OUT)" $(foreach set,$(or $(DATASETS),$(DATASET),$(REAL_SETS)),--dataset "$(set)") $(if $(STORE),--store "$(STORE)") $(if $(MAPPED),--mapped)

benchmark-served: $(INSTALLED)  ## a service with N fingers: its start from the sealed gallery, and its searches
	@test -n "$(N)" || { echo 'usage: make benchmark-served N=<fingers> OUT=<folder> [STORE=<folder>]'; exit 2; }
	$(BIN)/python -m benchmarks.capacity.served --fingers "$(N)" --out "$(OUT)" $(if $(STORE),--store "$(STORE)")

capacity: $(INSTALLED)  ## what a place needs, and whether the model foretells the running service
	$(BIN)/python -m benchmarks.capacity --out "$(OUT)" $(if $(N),--fingers "$(N)") $(if $(STORE),--store "$(STORE)")

benchmark-gallery: $(INSTALLED)  ## the worst genuine and impostor pairs, drawn
	@test -n "$(DATASETS)" || { echo 'usage: make benchmark-gallery DATASETS="<folder in FVC layout>[:<ppi>] ..." OUT=<folder>'; exit 2; }
	$(BIN)/python -m benchmarks.errors gallery $(foreach set,$(DATASETS),--dataset "$(set)") --out "$(OUT)"

benchmark-fusion: $(INSTALLED)  ## several fingers, several impressions
	@test -n "$(DATASETS)" || { echo 'usage: make benchmark-fusion DATASETS="<folder in FVC layout>[:<ppi>] ..." OUT=<folder> [EXTRACTOR=leader|ridge|iso]'; exit 2; }
	$(BIN)/python -m benchmarks.fusion $(foreach set,$(DATASETS),--dataset "$(set)") --out "$(OUT)" $(if $(EXTRACTOR),--extractor $(EXTRACTOR))

benchmark-compare: $(INSTALLED)  ## comparisons a second
	$(BIN)/python -m benchmarks.speed.comparison $(if $(DATASET),--dataset "$(DATASET)") --out "$(OUT)" $(if $(EXTRACTOR),--extractor $(EXTRACTOR))

benchmark-verify: $(INSTALLED)  ## Verify, Identify and enrolment of a running service, beside that of a FORMER revision
	$(BIN)/python -m benchmarks.speed.verify --out "$(OUT)" $(if $(FORMER),--former "$(FORMER)") $(if $(IMAGES),--images "$(IMAGES)") $(if $(ROUNDS),--rounds "$(ROUNDS)") $(if $(TEMPLATES),--templates "$(TEMPLATES)") $(if $(AT_MOST),--at-most "$(AT_MOST)")

benchmark-extract: $(INSTALLED)  ## time and minutiae of every extractor
	@test -n "$(DATASET)" || { echo 'usage: make benchmark-extract DATASET=<folder in FVC layout> OUT=<folder> [RESOLUTION=<ppi>] [IMAGES=<n>] [PEERS="<name>,..."|none]'; exit 2; }
	$(BIN)/python -m benchmarks.speed.extraction --dataset "$(DATASET)$(if $(RESOLUTION),:$(RESOLUTION))" --out "$(OUT)" $(if $(IMAGES),--images "$(IMAGES)") $(if $(PEERS),--peers "$(PEERS)")

benchmark-quality: $(INSTALLED)  ## what the quality score foretells
	@test -n "$(DATASETS)" || { echo 'usage: make benchmark-quality DATASETS="<folder in FVC layout>[:<ppi>] ..." OUT=<folder> [EXTRACTOR=leader|iso]'; exit 2; }
	$(BIN)/python -m benchmarks.quality $(foreach set,$(DATASETS),--dataset "$(set)") --out "$(OUT)" $(if $(EXTRACTOR),--extractor $(EXTRACTOR))

benchmark-distortion: $(INSTALLED)  ## error rates of pressed and turned prints
	@test -n "$(DATASETS)$(SYNTHETIC)" || { echo 'usage: make benchmark-distortion DATASETS="<folder in FVC layout>[:<ppi>] ..." OUT=<folder> [SYNTHETIC=<fingers>] [ALTERED=minutiae|images]'; exit 2; }
	$(BIN)/python -m benchmarks.distortion $(foreach set,$(DATASETS),--dataset "$(set)") --out "$(OUT)" $(if $(SYNTHETIC),--synthetic $(SYNTHETIC)) $(if $(ALTERED),--altered $(ALTERED))

benchmark-ablation: $(INSTALLED)  ## what each part of the comparator is worth
	@test -n "$(DATASETS)" || { echo 'usage: make benchmark-ablation DATASETS="<folder in FVC layout>[:<ppi>] ..." OUT=<folder>'; exit 2; }
	$(BIN)/python -m benchmarks.ablation $(foreach set,$(DATASETS),--dataset "$(set)") --out "$(OUT)"

calibrate: $(INSTALLED)  ## the calibration, fitted to strangers and held against each set left out
	$(BIN)/python -m benchmarks.calibration $(foreach set,$(or $(DATASETS),$(addprefix $(or $(DATA),../shared/data)/,$(CALIBRATED))),--dataset "$(set)") --out "$(OUT)" $(if $(SHIP),--ship)

benchmark-check: $(INSTALLED)  ## error rates measured again: what got worse than the baselines
	$(BIN)/python -m benchmarks.baselines check $(if $(DATA),--data "$(DATA)") $(if $(QUICK),--quick)

benchmark-baseline: $(INSTALLED)  ## new baselines, and the tables in the docs that follow from them
	$(BIN)/python -m benchmarks.baselines write $(if $(DATA),--data "$(DATA)")
	$(BIN)/python -m tests.development.generated

overload: $(INSTALLED)  ## up to ten times what the service can do, and 300 calls of 14 MB; the extractor that ships, or EXTRACTOR=ridge; STORE=postgresql
	$(ON_STORE) $(BIN)/python -m benchmarks.overload --out "$(OUT)" $(if $(EXTRACTOR),--extractor $(EXTRACTOR))

soak: $(INSTALLED)  ## MINUTES= at twice what the service can do, 30 if not said: memory stays flat, answers keep coming; STORE=postgresql
	$(ON_STORE) $(BIN)/python -m benchmarks.overload.soak --minutes $(or $(MINUTES),30) --out "$(OUT)" $(if $(EXTRACTOR),--extractor $(EXTRACTOR))

report: $(INSTALLED)  ## any number of databases on one page, with peers
	@test -n "$(DATASETS)" || { echo 'usage: make report DATASETS="<folder or list>[:<ppi>] ..." OUT=<folder> [EXTRACTOR=leader|ridge|iso|image|<module:function>] [MATCHER=<module:function>] [LAYOUT=<layout>] [COLUMNS="<meaning>=<column> ..."] [KEPT=<folder>] [PEERS="<extractor>+<comparator> ..."|none] [PEER_IMPOSTORS=<n>] [IDENTIFICATION=<identify.json>]'; exit 2; }
	$(BIN)/python -m benchmarks.report $(foreach set,$(DATASETS),--dataset "$(set)") --out "$(OUT)" $(OWN) $(if $(PEERS),--peers "$(PEERS)") $(if $(PEER_IMPOSTORS),--peer-impostors $(PEER_IMPOSTORS)) $(if $(IDENTIFICATION),--identification "$(IDENTIFICATION)")

report-compare: $(INSTALLED)  ## two reports held against each other
	@test -n "$(A)" -a -n "$(B)" -a "$(suffix $(OUT))" = .html || { echo 'usage: make report-compare A=<report.json> B=<report.json> OUT=<file.html>'; exit 2; }
	$(BIN)/python -m benchmarks.report.compare --a "$(A)" --b "$(B)" --out "$(OUT)"

wheels: $(INSTALLED)  ## the client's wheel, and the rest's
	$(BIN)/python -m tests.development.wheels --out "$(OUT)"

protos-bundle: $(INSTALLED)  ## the protos in one file, with all that they import
	$(BIN)/python -m tests.development.protos_bundle --out "$(OUT)"

typescript: $(INSTALLED)  ## the client for Node, a package of npm; needs node and npm
	$(BIN)/python -m tests.development.typescript --out "$(OUT)"

# Renews the lock file from pyproject.toml; needs uv.
lock:  ## renew requirements.lock, the part of it that is deployed, and the tools of make supply-chain; needs uv
	uv pip compile --universal --python-version 3.11 --generate-hashes --extra benchmarks --extra postgres --extra pdf --extra http --extra watch --extra pkcs11 --extra mosip --group dev --no-annotate pyproject.toml -o requirements.lock
	uv pip compile --universal --python-version 3.11 --generate-hashes --extra service --extra postgres --extra pdf --no-annotate --no-header -c requirements.lock pyproject.toml -o deploy/requirements.lock
	uv pip compile --universal --python-version 3.11 --generate-hashes --extra cluster --extra bulk --extra postgres --extra pdf --extra http --extra watch --no-annotate --no-header -c requirements.lock pyproject.toml -o deploy/cluster.lock
	uv pip compile --universal --python-version 3.11 --generate-hashes --extra service --extra postgres --extra pdf --extra http --extra watch --no-annotate --no-header -c requirements.lock pyproject.toml -o deploy/requirements.lock
	uv pip compile --universal --python-version 3.11 --generate-hashes --no-annotate --no-header tests/supply_chain/requirements.in -o tests/supply_chain/requirements.lock

conformance: $(INSTALLED)  ## the contracts that third parties wrote, as a table; CONFORMANCE="--only NAME"; with SOURCE= an agency's own source of records, asked as a counter asks
ifdef SOURCE
	@test -n "$(TYPE)" -a -n "$(NAME)" -a -n "$(KEYS)" -a -n "$(KNOWN)" -a -n "$(OTHER)" -a -n "$(UNKNOWN)" || { echo 'usage: make conformance SOURCE=<host:port> TYPE=<record type> NAME=<iss> KEYS=<JWK Set> KNOWN=<number> OTHER=<number> UNKNOWN=<number> [CA=<file>]'; exit 2; }
	$(BIN)/idverify records check-source "$(SOURCE)" --type "$(TYPE)" --name "$(NAME)" --keys "$(KEYS)" --known "$(KNOWN)" --other "$(OTHER)" --unknown "$(UNKNOWN)" $(if $(CA),--ca "$(CA)")
else
	.ci/debian activemq=activemq
	.ci/with-verifiers $(BIN)/python -m tests.conformance.command $(CONFORMANCE)
endif

kubernetes: $(INSTALLED)  ## deploy/kubernetes as Kustomize renders it, held to the schemas of Kubernetes and to checkov, which is installed for it (400 MB)
	@test -x "$(OUT)/checkov/bin/checkov" || { $(BIN)/python -m venv "$(OUT)/checkov" && "$(OUT)/checkov/bin/python" -m pip install --quiet -r tests/verifiers/checkov.txt; }
	IDVERIFY_TEST_CHECKOV="$(OUT)/checkov/bin/checkov" .ci/with-verifiers $(BIN)/python -m pytest -q tests/house/test_house_kubernetes.py

help:  ## these targets
	@sed -n 's/^\([a-z-]*\):.*  ## /\1\t/p' Makefile | expand -t 22

clean:  ## remove .venv and out
	rm -rf $(VENV) out

$(INSTALLED): requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo 'Python 3.11 or newer is needed; name it with PYTHON=python3.x'; exit 1; }
	$(PYTHON) -m venv $(VENV)
	$(BIN)/pip install --quiet --disable-pip-version-check --no-deps --require-hashes -r requirements.lock
	$(BIN)/pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	@# So that no start has to.
	$(BIN)/idverify compile
	@touch $@
