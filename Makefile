# One verb a line; `make help` lists them. Everything runs in .venv, made from requirements.lock.
SHELL := /bin/bash
.DEFAULT_GOAL := help
PYTHON ?= python3
UV_VERSION := 0.13.8
TORCH ?= torch==2.13.0
# of tests: many of them wait, for a browser or a sandbox
JOBS ?= $(shell echo $$(($$(getconf _NPROCESSORS_ONLN) + 1)))
export PATH := $(CURDIR)/.venv/bin:$(PATH)
export OPENBLAS_NUM_THREADS ?= 1
READY := .venv/.ready
BOOK := _build/html/index.html
RELEASING := $(patsubst %,tests/release/test_%.py,build failures solution)  # by nbgrader
FAST := tests/check tests/safe tests/unit $(filter-out $(RELEASING),$(wildcard tests/release/test_*.py)) tests/report tests/system tests/worker tests/test_mirrors.py tests/test_tables.py \
	$(patsubst %,tests/grade/test_%.py,companions debugging feedback hidden_case hidden_tests input_rules judge known_at narrow notebook_file points redact reloading result said submission suite) \
	$(patsubst %,tests/collect/test_%.py,accounted downloads find folder_names owners sources submitted_tree which_file)
UPGRADE = --upgrade
COMPILE = uv pip compile --quiet --universal --python-version 3.11 --custom-compile-command "make lock" --all-extras pyproject.toml

help: ## list the verbs
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## (.*)/  make \1|\2/' | column -t -s '|'

setup: $(READY) ## make the environment and find what the system must have

$(READY): requirements.lock pyproject.toml tools/system
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "setup: Python 3.11 or newer is needed; name one with PYTHON=python3.12" >&2; exit 1; }
	@test -x .venv/bin/uv || { echo "setup: making .venv" && $(PYTHON) -m venv .venv && .venv/bin/pip install --quiet --disable-pip-version-check uv==$(UV_VERSION); }
	@echo "setup: installing what requirements.lock names"
	@.venv/bin/uv pip install --quiet --compile-bytecode --require-hashes -r requirements.lock
	@.venv/bin/uv pip install --quiet --no-deps --no-build-isolation -e .
	@tools/system
	@touch $@

course: setup release book ## the main job: release the exercises, build the book, grade sample submissions
	@tools/samples grading/samples
	@python -m autograder grade grading/samples --out grading/samples-results --jobs 2
	@python -m autograder leaks
	@echo "the book: $(CURDIR)/$(BOOK)"

release: setup ## make exercises/ from solutions/
	@python -m autograder release

book: setup ## build the book; a warning is an error
	@tools/book

grade: setup ## grade grading/submitted (or SUBMISSIONS=path)
	@python -m autograder grade $(or $(SUBMISSIONS),grading/submitted) --jobs 2

dist: setup release ## make the student's repository in dist/student, and its zip
	@python -m autograder dist
	@python -m autograder leaks

publish: named setup release ## export what is public into TO=folder, outside this tree (DRY=1: only say what would change)
	@tools/book anew
	@python -m autograder publish "$(TO)" $(if $(DRY),--dry-run)

named:
	@test -n "$(TO)" || { echo "publish: name a folder outside this tree: make publish TO=../unrolled-exercises" >&2; exit 2; }

test: setup ## run the tests, a process more than there are cores (JOBS=0: one): every kind of check, of large tables a few rows
	@tools/system browser spelling
	@python -m pytest -n $(JOBS) --dist loadfile --no-loadscope-reorder -m "not sweep"

test-sweep: setup ## run what `make test` leaves out: the other rows of large tables, all pages, all mistakes, what takes long
	@tools/system browser spelling
	@python -m pytest -n $(JOBS) --dist loadfile --no-loadscope-reorder -m sweep

test-fast: setup ## run the tests that need no browser, nbgrader, book or confinement (about a minute)
	@python -m pytest -n $(JOBS) --dist loadfile --no-loadscope-reorder -m "not sweep" $(FAST)

lint: setup ## look for mistakes of style and of type
	@ruff check .
	@ruff format --check .
	@mypy

metrics: setup ## print how dense the code is, of two packages or of FOLDERS="…"
	@tools/metrics $(or $(FOLDERS),autograder unrolled)

spelling: setup ## look for words that neither the British dictionary nor book/words.txt knows
	@tools/system spelling
	@python tests/spelling.py

bench: setup ## measure rates and times (not a test)
	@python -m tests.bench

experiments: setup ## train and measure what chapters 5 and 6 compare (about twelve minutes)
	@python -m experiments
	@python -m experiments.layers

language-model: setup ## train the character models of chapter 7 (an hour and a quarter; stop and go on as you like)
	@python -m experiments.novel
	@python -m experiments.language_model

anchors: setup ## record PyTorch's numbers anew, in an environment of its own
	@test -x .venv-torch/bin/python || $(PYTHON) -m venv .venv-torch
	@.venv-torch/bin/pip install --quiet --disable-pip-version-check $(TORCH) numpy
	@.venv-torch/bin/python -m tests.anchors

fuzz: setup ## the fuzz tests with thousands of cases, whole submissions and LMS zips among them
	@UNROLLED_FUZZ=1 python -m pytest -q tests/grade/test_channel.py tests/grade/test_submission.py tests/grade/test_redact.py tests/check/test_wire.py tests/batch/test_fuzz_submissions.py tests/collect/test_fuzz_zips.py

lock: setup ## write requirements.lock and requirements.txt anew from pyproject.toml (UPGRADE=: keep the versions)
	@$(COMPILE) --generate-hashes $(UPGRADE) -o requirements.lock
	@$(COMPILE) --no-deps --no-annotate --no-strip-extras --constraint requirements.lock -o requirements.txt

clean: ## remove what was built; .venv and your submissions stay
	rm -rf _build dist build checkpoints solutions/_source solutions/notebooks grading/samples grading/samples-results *.egg-info

.PHONY: named help setup course release book grade dist publish test test-sweep test-fast lint metrics spelling bench experiments language-model anchors fuzz lock clean
