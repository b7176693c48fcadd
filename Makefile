VENV ?= .venv
PYTHON ?= python3
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed
STAMP_HF := $(VENV)/.installed-hf

.DEFAULT_GOAL := help
.PHONY: install demo test test-hf lint type bench docs help

install: $(STAMP)  ## make the environment and install crab with what its development needs

$(STAMP): pyproject.toml constraints.txt
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -e '.[dev]'
	@touch $@

demo: install  ## build a data set from examples/seeds.jsonl and show what was made
	@rm -rf demo-out
	$(BIN)/crab build examples/seeds.jsonl -o demo-out --seed 1
	$(BIN)/crab check demo-out/train.jsonl
	@$(BIN)/python examples/show_samples.py demo-out 3

test: install  ## run every test, the slow ones too
	$(BIN)/python -m pytest -n 2

$(STAMP_HF): $(STAMP)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -e '.[dev,hf]' 'transformers[serving]' trl ray omegaconf codetiming
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt --no-deps verl tensordict pyvers
	@touch $@

test-hf: $(STAMP_HF)  ## run the tests beside torch, TRL and verl (installs them)
	$(BIN)/python -m pytest -m hf tests/backends tests/rewards

lint: install  ## check style and formatting
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

type: install  ## check types, strictly
	$(BIN)/mypy

bench: install  ## measure speed (on SEEDS, by default the examples) and print tables
	$(BIN)/python benchmarks/speed.py $(SEEDS)

docs: install  ## write the constraint reference anew from the classes
	$(BIN)/python docs/write_reference.py

help:  ## show this
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed 's/:.*## /\t/' | expand -t 12
