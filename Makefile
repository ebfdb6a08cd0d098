# The two commands of the README. Each does all of its set-up on a fresh machine.
#   make demo   build the mini world and run the leaderboard's four baselines
#   make test   lint, type-check and run every test
# Then: `make recipe` trains a tiny model by SFT and fatal-aware GRPO (20 minutes);
# `make speed`, `make fuzz` and `make ablation` repeat the measurements in docs/results/.
#   make test-core     every test that needs no torch, without the extra `train`
#   make test-newest   every test, with the newest release of every package
#   make test-floors   the tests that need no torch, with the lowest releases that are declared
#   make lock          write requirements/lock.txt and floors.txt anew
# PYTHON=python3.13 chooses an interpreter, VENV=.venv-3.13 an environment.

PYTHON ?= python3
VENV   ?= .venv
BIN    := $(VENV)/bin
PIP    := $(BIN)/python -m pip --disable-pip-version-check
LOCK   := requirements/lock.txt

RUNS   := runs
# An argument of `call` ends at a comma.
comma  := ,

.PHONY: demo test test-core test-newest test-floors lock recipe ablation speed fuzz clean help
.DEFAULT_GOAL := help

help:
	@sed -n '1,10p' Makefile | sed 's/^# \{0,1\}//'

# Where the interpreter or pip of an environment does not run, what its stamps say is not so: they go,
# and it is made anew.
ifneq ($(wildcard $(VENV)/.python),)
ifneq ($(shell $(PIP) --version >/dev/null 2>&1 && echo sound),sound)
$(shell rm -f $(VENV)/.python $(VENV)/.core $(VENV)/.core-tests $(VENV)/.dev)
endif
endif

FREE = `df -Ph $(VENV) . 2>/dev/null | awk 'NR == 2 {print $$4}'` free

# Told in one line: pip's own words about a Python that has no wheels are no help.
$(VENV)/.python:
	@$(PYTHON) -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] < (3, 15))' 2>/dev/null || \
	  { echo "Python 3.11 to 3.14 is needed; $(PYTHON) is `$(PYTHON) -V 2>/dev/null || echo not one that runs`. Try: make $(MAKECMDGOALS) PYTHON=python3.11" >&2; exit 1; }
	@echo "==> Creating a virtual environment in $(VENV)"
	@$(PYTHON) -m venv --clear $(VENV) >/dev/null 2>&1 || { echo "Creating $(VENV) failed (a full disk: $(FREE); a folder that cannot be written; or the system's package python3-venv is missing); the same command goes on." >&2; exit 1; }
	@touch $@

define install
	@$(PIP) install $(1) || { echo "Installing into $(VENV) failed (network, or a full disk: $(FREE)); the same command goes on." >&2; exit 1; }
endef

$(VENV)/.core: pyproject.toml $(LOCK) | $(VENV)/.python
	@echo "==> Installing SearchVL Gym (about 500 MB of wheels, once)"
	$(call install,-c $(LOCK) -e .)
	@touch $@

$(VENV)/.core-tests: $(VENV)/.core
	@echo "==> Installing what the tests need (once)"
	$(call install,-c $(LOCK) -e '.[dev]')
	@touch $@

$(VENV)/.dev: pyproject.toml $(LOCK) | $(VENV)/.python
	@echo "==> Installing SearchVL Gym with its test and training extras (once; torch is 200 MB for the CPU, several GB for CUDA)"
	$(call install,-c $(LOCK) -e '.[dev$(comma)train$(comma)trl]')
	@touch $@ $(VENV)/.core $(VENV)/.core-tests

demo: $(VENV)/.core
	@echo "==> Building the mini world (once) and running the baselines"
	@$(BIN)/searchvl world build atlas --size mini
	@$(BIN)/python benchmarks/leaderboard.py

test: $(VENV)/.dev
	@echo "==> Building the mini world (once)"
	@$(BIN)/searchvl world build atlas --size mini
	@echo "==> Linting, type-checking and testing"
	@$(BIN)/python -m pytest -n 2 --dist loadgroup --durations=15

test-core: $(VENV)/.core-tests
	@$(BIN)/searchvl world build atlas --size mini
	@$(BIN)/python -m pytest -n 2 --dist loadgroup $(TESTS)

test-newest:
	@$(MAKE) VENV=.venv-newest LOCK=requirements/pins.txt test

test-floors: VENV := .venv-floors
test-floors: BIN := .venv-floors/bin
test-floors:
	@$(MAKE) VENV=$(VENV) $(VENV)/.python
	$(call install,-r requirements/floors.txt -e '.[earth$(comma)zim]')
	@$(BIN)/python -m pytest -n 2 --dist loadgroup --deselect tests/test_code_quality.py $(TESTS)

lock: $(VENV)/.python
	$(call install,'uv>=0.9')
	@$(BIN)/python requirements/lock.py

recipe: $(VENV)/.dev
	@$(BIN)/python -m algos.recipe --out $(RUNS)/recipe

ablation: $(VENV)/.dev
	@$(BIN)/python benchmarks/recipe_ablation.py --out $(RUNS)/ablation --steps 24 --results docs/results

speed: $(VENV)/.dev
	@$(BIN)/python -m benchmarks.speed

fuzz: $(VENV)/.dev
	@$(BIN)/python -m benchmarks.fuzz --actions 100000 --seed 0

clean:
	rm -rf .venv .venv-* build dist runs *.egg-info
