# doisoat: `make run` runs one night, `make test` passes the tests; both set everything up themselves.
SHELL := /bin/bash
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready
PEERS := .venv-bench
PEERS_READY := $(PEERS)/.ready
SPARK_READY := $(VENV)/.ready-spark
BENCH_ROWS ?= 1000000 10000000
PROVINCE ?= phu_tho
DATE ?= 2026-09-03
DOSSIERS ?= 20000
SEED ?= 1
HOME_DIR ?= var
PORT ?= 8080
WORKERS ?= 2
UV_VERSION := 0.13.9

export PYTHONDONTWRITEBYTECODE :=

.DEFAULT_GOAL := help
.PHONY: help setup setup-spark run up test test-slow test-spark bench bench-peers lint lint-code lint-types lint-sql lock apt clean

help: ## Liệt kê các lệnh / list targets
	@awk -F':.*## ' '/^[a-z-]+:.*## /{printf "  make %-11s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

setup: $(READY) ## Tạo .venv với mọi thư viện / create .venv with everything

$(READY): requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] < (3, 14))' || \
	  { echo "doisoat needs Python 3.11, 3.12 or 3.13; PYTHON=/path/to/python3.12 make ..."; exit 1; }
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip --quiet --disable-pip-version-check install uv==$(UV_VERSION)
	$(BIN)/uv pip install --quiet --python $(BIN)/python --require-hashes --compile-bytecode -r requirements.lock
	$(BIN)/uv pip install --quiet --python $(BIN)/python --no-build-isolation --no-deps --compile-bytecode -e .
	@touch $@

setup-spark: $(SPARK_READY) ## Thêm Apache Spark và Java vào .venv (khoảng 600 MB) / add Spark and its Java

$(SPARK_READY): requirements-spark.lock $(READY)
	$(BIN)/uv pip install --quiet --python $(BIN)/python --require-hashes --compile-bytecode -r requirements-spark.lock
	@touch $@

run: $(READY) ## Chạy một đêm thật qua Airflow với bộ mô phỏng / one real night through Airflow
	@$(BIN)/python -m doisoat_airflow run --province $(PROVINCE) --date $(DATE) --dossiers $(DOSSIERS) --seed $(SEED) --home $(HOME_DIR)

up: $(READY) ## Mở Airflow với giao diện ở cổng PORT / Airflow with its UI, until Ctrl-C
	@$(BIN)/python -m doisoat_airflow up --date $(DATE) --dossiers $(DOSSIERS) --seed $(SEED) --home $(HOME_DIR) --port $(PORT)

test: $(READY) apt lint ## Kiểm tra mã và chạy các bài thử / lint and tests
	$(BIN)/python -m pytest -n $(WORKERS) --dist loadscope -m "not slow" -q

test-slow: $(READY) apt ## Các bài thử dài / the longer proofs
	$(BIN)/python -m pytest -m slow -q

test-spark: setup-spark ## DuckDB = Spark, từng dòng / the same rows from DuckDB and from Spark
	$(BIN)/python -m pytest tests/spark -q

bench: $(READY) bench-peers ## Đo tốc độ và bộ nhớ / speed and memory
	$(BIN)/python -m tests.bench
	for rows in $(BENCH_ROWS); do $(BIN)/doisoat bench reconcile --rows $$rows || exit; done

bench-peers: $(PEERS_READY) ## Môi trường riêng của các công cụ so sánh / the peers' own environment

$(PEERS_READY): requirements-bench.lock $(READY)
	$(PYTHON) -m venv $(PEERS)
	$(BIN)/uv pip install --quiet --python $(PEERS)/bin/python --require-hashes --compile-bytecode -r requirements-bench.lock
	@touch $@

lint: $(READY) ## Kiểm tra mã, kiểu và SQL / code, types and SQL
	@$(MAKE) --no-print-directory -j$(WORKERS) lint-code lint-types lint-sql

lint-code: $(READY)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/lint-imports

lint-types: $(READY)
	$(BIN)/mypy

lint-sql: $(READY)
	$(BIN)/sqlfluff lint --disable-progress-bar -q sql

lock: $(READY) ## Khóa lại phiên bản thư viện / resolve requirements.lock again
	$(BIN)/uv pip compile pyproject.toml --extra dev --universal --generate-hashes --no-emit-index-url --no-header -q -o requirements.lock
	$(BIN)/uv pip compile --group pyproject.toml:peers --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header -q -o requirements-bench.lock
	for extra in celery spark; do \
	  $(BIN)/python -c 'import sys, tomllib; print(*tomllib.load(open("pyproject.toml", "rb"))["project"]["optional-dependencies"][sys.argv[1]], sep="\n")' $$extra | \
	  $(BIN)/uv pip compile - --constraint requirements.lock --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-annotate --no-header -q -o requirements-$$extra.lock || exit; done

apt:
	@missing=""; for package in $$(cat docs/apt-packages.txt); do \
	  dpkg-query -W -f='$${Status}' $$package 2>/dev/null | grep -q "ok installed" || missing="$$missing $$package"; done; \
	if [ -n "$$missing" ]; then \
	  if [ "$$(id -u)" = 0 ]; then apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $$missing; \
	  else echo "Missing Debian packages. Run:  sudo apt-get install --no-install-recommends$$missing"; exit 1; fi; fi

clean: ## Xóa .venv và dữ liệu thử / remove .venv and data
	rm -rf $(VENV) $(PEERS) var
