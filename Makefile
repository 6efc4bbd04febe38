# Factorhouse: type `make` for help.

DATASET ?= demo
START ?=
END ?=
AS_OF ?= $(END)
KNOWN_AT ?=
FACTORS ?=
MODELS ?=
DATE ?=
GRID ?= strategy_grid.yml
HOLDINGS ?=
AUM ?=
STRATEGY ?=
SOURCE_URL ?=
Q ?=
SLIDES ?=
PYTHON ?= python3
ENGINE ?= duckdb
SPARK_MASTER ?=
SPARK_FOLDER ?=

VENV := .venv
SPARK_VENV := .venv-spark
# FACTORHOUSE_ENVIRONMENT: one made by other means (conda), used as it is; .venv is then not made.
BIN := $(or $(FACTORHOUSE_ENVIRONMENT),$(VENV))/bin
RUN := $(BIN)/python
DATES := $(if $(START),--start $(START)) $(if $(END),--end $(END))
CLOCKS := $(if $(START),--start $(START)) $(if $(AS_OF),--as-of $(AS_OF)) \
	$(if $(KNOWN_AT),--known-at $(KNOWN_AT))
CHOSEN := $(if $(FACTORS),--factors $(FACTORS)) $(if $(MODELS),--models $(MODELS))
# Spark's own environment is made where a build by Spark is asked for.
SPARK_SETUP := $(if $(filter spark,$(ENGINE)),$(if $(FACTORHOUSE_SPARK_ENVIRONMENT),,$(SPARK_VENV)/.installed))
ON_ENGINE := $(if $(filter-out duckdb,$(ENGINE)),--engine $(ENGINE)) \
	$(if $(SPARK_MASTER),--spark-master $(SPARK_MASTER))
CHECK = $(RUN) -m warehouse check $(DATASET) $(CHOSEN) $(ON_ENGINE)
# Exit code 3: some items are missing, and the rest landed.
INGEST = $(RUN) -m ingest $(DATASET) $(DATES) || test $$? -eq 3
REPORT = nice $(RUN) -m reports tables $(DATASET) & beside=$$!; \
	$(RUN) -m reports document $(DATASET); reported=$$?; wait $$beside && test $$reported = 0
ifneq ($(SPARK_FOLDER),)
export FACTORHOUSE_SPARK_FOLDER := $(SPARK_FOLDER)
endif
BENCHMARKS := qlib_features update_of_one_day alphalens_tables model_growth strategy_sweep \
	dashboard_first_page make_all
PIN := uv pip compile --quiet --universal --python-version 3.11 \
	--no-strip-extras --no-emit-index-url --no-annotate --no-header
LOCK := $(PIN) --generate-hashes

.DEFAULT_GOAL := help
.NOTPARALLEL:
.PHONY: help all setup check ingest update export-raw build publish sweep signals score report docs site summary exports slides reference dashboard api sql test soak bench bench-scale lint lock clean clean-all

help: ## this page
	@echo "make TARGET [DATASET=demo|sample|<name>|path/to/dataset.yml] [START=2015-01-01] [END=2020-12-31] [FACTORS=a,b] [MODELS=a,b]"
	@echo "make build [AS_OF=2021-06-30] [KNOWN_AT=2026-01-15T00:00Z]   the data end there; as they were known then"
	@echo "make all ENGINE=spark [SPARK_MASTER=spark://host:7077] [SPARK_FOLDER=/shared/folder]   the models on Spark"
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  %-11s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

# dbt reads the project while rows land, which takes as long; docs and tables are written beside the report.
all: setup ## set-up when needed, then everything down to report
	@$(RUN) -m warehouse build $(DATASET) $(CLOCKS) $(CHOSEN) $(ON_ENGINE) \
		--after '$(CHECK) && { $(INGEST); }' --then '$(REPORT)'
	@$(RUN) -m reports summary $(DATASET)

setup: $(if $(FACTORHOUSE_ENVIRONMENT),,$(VENV)/.installed) $(SPARK_SETUP) ## the environment in .venv, from requirements.lock (ENGINE=spark: .venv-spark too)

$(VENV)/.installed: requirements.lock
	$(call environment,$(VENV),$<)

$(SPARK_VENV)/.installed: requirements-spark.lock
	$(call environment,$(SPARK_VENV),$<)

# An environment in a folder, from a lock.
define environment
	@$(PYTHON) -c "import sys; sys.exit(sys.version_info < (3, 11))" || \
		{ echo "Factorhouse needs Python 3.11 or newer; $(PYTHON) is older. Try PYTHON=python3.12 make setup"; exit 2; }
	@if command -v uv >/dev/null 2>&1; then \
		uv venv --quiet --clear --python $(PYTHON) $(1) && \
		uv pip install --quiet --compile-bytecode --python $(1)/bin/python --require-hashes -r $(2); \
	else \
		rm -rf $(1) && $(PYTHON) -m venv $(1) || \
			{ echo "No venv: on Debian or Ubuntu, apt-get install python3-venv (or install uv)"; exit 2; }; \
		$(1)/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes -r $(2); \
	fi
	@touch $@
endef

check: setup ## refuse settings that can never hold, before anything runs
	@$(CHECK)

ingest: setup ## land raw rows from the dataset's sources
	@$(INGEST)

update: setup ## land only what is new, build and publish (then: make report)
	@$(RUN) -m warehouse update $(DATASET) $(DATES) $(CHOSEN) $(ON_ENGINE)

build: setup ## seeds, models and tests, in the order of their lineage
	@$(RUN) -m warehouse build $(DATASET) $(CLOCKS) $(CHOSEN) $(ON_ENGINE)

export-raw: setup ## raw tables as Parquet by year, for Spark (SPARK_FOLDER)
	@$(RUN) -m warehouse export-raw $(DATASET)

publish: setup ## put the last good build where readers look
	@$(RUN) -m warehouse publish $(DATASET)

sweep: setup ## every strategy of a grid, beside those of strategies.csv (GRID), and the best of them
	@$(RUN) -m warehouse sweep $(DATASET) --grid $(GRID)
	@$(RUN) -m reports sweep $(DATASET)

signals: setup ## today's trades, as CSV (HOLDINGS=holdings.csv AUM=1e6 STRATEGY=name; default the model book)
	@$(RUN) -m reports signals $(DATASET) $(if $(HOLDINGS),--holdings $(HOLDINGS)) \
		$(if $(AUM),--aum $(AUM)) $(if $(STRATEGY),--strategy $(STRATEGY))

score: setup ## a date's scores by the fitted models, as CSV (DATE, MODELS; default the newest, all)
	@$(RUN) -m models_ml score $(DATASET) $(if $(DATE),--date $(DATE)) $(if $(MODELS),--model $(MODELS))

report: setup ## figures, tables and the summary of what is published
	@$(RUN) -m reports all $(DATASET)

exports: setup ## books for pyfolio, factors for alphalens, tables as Parquet by year
	@$(RUN) -m reports exports $(DATASET)

slides: setup ## the walkthrough notebook as slides (SLIDES=page.html)
	@$(RUN) -m reports slides $(DATASET) $(if $(SLIDES),--out $(SLIDES))

docs: setup ## two pages: every model with its lineage; where every column comes from
	@$(RUN) -m warehouse docs $(DATASET)

site: setup ## README and docs as pages beside docs and report (SOURCE_URL: where links to code lead)
	@$(RUN) -m reports site $(DATASET) $(if $(SOURCE_URL),--source-url $(SOURCE_URL))

reference: setup ## docs/reference.md anew, from the registries
	@$(RUN) -m warehouse reference

summary: setup ## what landed, what was built, how the strategies did
	@$(RUN) -m reports summary $(DATASET)

dashboard: setup ## the dashboard in a browser, on this machine alone (PORT=8501)
	@$(RUN) -m reports dashboard $(DATASET) --port $(or $(PORT),8501)

api: setup ## the published file over HTTP, on loopback (PORT=8000; docs/api.md)
	@$(RUN) -m reports api $(DATASET) $(if $(PORT),--port $(PORT))

sql: setup ## an SQL prompt on what is published (Q="from signals_today" asks once; Q=.questions)
	@$(RUN) -m warehouse sql $(DATASET) $(if $(Q),-c '$(subst ','\'',$(Q))')

test: setup ## the tests
	@$(RUN) -m pytest -n 2 --dist loadfile --no-loadscope-reorder

soak: setup ## what takes longer: many kills, noise, all models on the demo market, bare machines, load
	@$(RUN) -m pytest --soak tests/soak tests/contract/test_no_look_ahead.py tests/contract/test_days_land.py tests/spark/test_refusals.py \
		tests/two_roads/test_planted_scores.py tests/two_roads/test_model_quality.py tests/ingest/test_landing_properties.py

bench: setup ## timings, each pair in one run
	@for each in $(BENCHMARKS); do $(RUN) -m tests.benchmarks.$$each || missed="$$missed $$each"; done; \
		test -z "$$missed" || { echo "Missed or not run:$$missed"; exit 1; }

bench-scale: setup ## the whole SQL build of 500 to 5,000 names x 25 years: seconds, memory, growth
	@$(RUN) -m tests.benchmarks.scale

lint: setup ## style of Python and SQL
	@$(BIN)/ruff check . && $(BIN)/ruff format --check .
	@mkdir -p target/lint
	@FACTORHOUSE_WAREHOUSE_DIR=target/lint DBT_TARGET_PATH=target/lint DBT_LOG_PATH=target/lint \
		$(BIN)/sqlfluff lint --processes 2 dbt_project/models dbt_project/tests
	@$(BIN)/sqlfluff lint --templater placeholder reports/queries

lock: ## resolve requirements.in anew into requirements.lock (needs uv)
	$(LOCK) requirements.in -o requirements.lock
	$(MAKE) requirements.txt
	$(LOCK) --constraints requirements.lock requirements-spark.in -o requirements-spark.lock
	$(LOCK) tests/benchmarks/qlib_requirements.in -o tests/benchmarks/qlib_requirements.lock
	$(LOCK) tests/benchmarks/vectorbt_requirements.in -o tests/benchmarks/vectorbt_requirements.lock
	$(LOCK) tests/clients/pyfolio.in -o tests/clients/pyfolio.lock
	$(LOCK) tests/clients/duckdb_1_2.in -o tests/clients/duckdb_1_2.lock
	$(LOCK) tests/clients/duckdb_1_5.in -o tests/clients/duckdb_1_5.lock

# What hosts such as Streamlit's cloud install: the same versions of what runs, without lint and tests.
requirements.txt: requirements.in requirements.lock
	sed '/^# lint and tests/,$$d' requirements.in | \
		$(PIN) --no-deps --constraints requirements.lock - --output-file $@

clean: ## remove outputs, compiled files and what is published; raw data stay
	rm -rf outputs target logs warehouse/.*.json warehouse/.*.tmp
	find warehouse -maxdepth 1 -name '*.duckdb' ! -name '*.work.duckdb' -delete

clean-all: clean ## also remove raw data and the environment
	rm -rf warehouse/*.duckdb warehouse/*.wal warehouse/*_truth* $(VENV) $(SPARK_VENV)
