# The two commands of the README. Each does all of its set-up on a fresh machine.
#   make demo   build the mini world and run the leaderboard's four baselines
#   make test   lint, type-check and run every test
# Then: `make recipe` trains a tiny model by SFT and fatal-aware GRPO (20 minutes);
# `make speed`, `make fuzz` and `make ablation` repeat the measurements in docs/results/.

PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin
PIP    := $(BIN)/python -m pip --disable-pip-version-check

RUNS   := runs

.PHONY: demo test recipe ablation speed fuzz clean
.DEFAULT_GOAL := help

help:
	@sed -n '1,6p' Makefile | sed 's/^# \{0,1\}//'

$(BIN)/python:
	@echo "==> Creating a virtual environment in $(VENV)"
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  { echo "Python 3.11 or newer is needed; $(PYTHON) is older. Try: make $(MAKECMDGOALS) PYTHON=python3.11" >&2; exit 1; }
	@$(PYTHON) -m venv $(VENV)

$(VENV)/.core: pyproject.toml constraints.txt | $(BIN)/python
	@echo "==> Installing SearchVL Gym (about 500 MB of wheels, once)"
	$(PIP) install -c constraints.txt -e .
	@touch $@

$(VENV)/.dev: pyproject.toml constraints.txt | $(BIN)/python
	@echo "==> Installing SearchVL Gym with its test and training extras (about 1 GB of wheels, once)"
	$(PIP) install -c constraints.txt -e '.[dev,train,trl]'
	@touch $@ $(VENV)/.core

demo: $(VENV)/.core
	@echo "==> Building the mini world (once) and running the baselines"
	@$(BIN)/searchvl world build atlas --size mini
	@$(BIN)/python benchmarks/leaderboard.py

test: $(VENV)/.dev
	@echo "==> Building the mini world (once)"
	@$(BIN)/searchvl world build atlas --size mini
	@echo "==> Linting, type-checking and testing"
	@$(BIN)/python -m pytest -n 2 --dist loadgroup --durations=15

recipe: $(VENV)/.dev
	@$(BIN)/python -m algos.recipe --out $(RUNS)/recipe

ablation: $(VENV)/.dev
	@$(BIN)/python benchmarks/recipe_ablation.py --out $(RUNS)/ablation --steps 24 --results docs/results

speed: $(VENV)/.dev
	@$(BIN)/python -m benchmarks.speed

fuzz: $(VENV)/.dev
	@$(BIN)/python -m benchmarks.fuzz --actions 100000 --seed 0

clean:
	rm -rf $(VENV) build dist runs *.egg-info
