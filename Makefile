# portfolio_lab: `make report` and `make test` are the whole set-up. `make help` lists the rest.
PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin
PIP    := $(BIN)/python -m pip --disable-pip-version-check
PL     := $(BIN)/portfolio-lab
RUN    ?= demo
PROCESSES ?= 2

.DEFAULT_GOAL := help
.PHONY: help report test lab check golden bench picture clean

help: ## list these commands
	@grep -E '^[a-z]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z]+):.*## (.*)/  make \1\t\2/' | expand -t 16

# One stamp per set of dependencies: an unchanged project is not installed again.
$(VENV)/.run: pyproject.toml constraints.txt
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(PIP) install --quiet --constraint constraints.txt --editable ".[examples]"
	@touch $@

$(VENV)/.dev: $(VENV)/.run
	$(PIP) install --quiet --constraint constraints.txt --editable ".[dev]"
	@touch $@

$(VENV)/.lab: $(VENV)/.run
	$(PIP) install --quiet --constraint constraints.txt --editable ".[examples,lab]"
	@touch $@

data/demo: | $(VENV)/.run
	$(PL) demo data/demo

report: $(VENV)/.run data/demo ## publish two reviews of the demo company and one of CDNOW (RUN=name for another)
ifeq ($(RUN),demo)
	$(PL) history demo --from 2026-06-30 --to 2026-09-30
	$(PL) run cdnow
else
	$(PL) run $(RUN)
endif

test: $(VENV)/.dev data/demo ## run all tests (about ten minutes at most)
	$(BIN)/python -m pytest -n $(PROCESSES) --dist loadfile --no-loadscope-reorder $(ARGS)

lab: $(VENV)/.lab data/demo ## open JupyterLab with the tour
	$(BIN)/jupyter lab notebooks/start_here.ipynb

check: $(VENV)/.dev ## style, imports, notebooks without outputs, run files
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/lint-imports
	$(BIN)/nbstripout --keep-id --verify notebooks/*.ipynb notebooks/*/*.ipynb
	$(BIN)/python -m pytest -q tests/structure

golden: $(VENV)/.dev data/demo ## write the facts of the demo company anew; look at the difference before you commit it
	$(BIN)/python -m pytest -q tests/notebooks/test_reports.py -k golden --write-goldens

bench: $(VENV)/.dev data/demo ## long tests and benchmarks; results go to benchmarks/results
	$(BIN)/python -m pytest -m full
	$(BIN)/python benchmarks/run_all.py

picture: $(VENV)/.dev ## take the picture of the README anew
	$(BIN)/python docs/take_picture.py

clean: ## remove the environment and what was generated
	rm -rf $(VENV) data build dist .pytest_cache .ruff_cache
