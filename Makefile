# The two commands of the README. Each does all of its set-up on a fresh machine.
#   make demo   build the mini world and run the leaderboard's four baselines
#   make test   lint, type-check and run every test
# Then: `make recipe` trains a tiny model by SFT and fatal-aware GRPO (20 minutes), `make board` plays
# it and four baselines on three Atlas suites (see docs/results for the time);
# `make speed`, `make fuzz` and `make ablation` repeat the measurements in docs/results/.
#   make test-core     every test that needs no torch, without the extra `train`
#   make test-newest   every test, with the newest release of every package
#   make test-floors   the tests that need no torch, with the lowest releases that are declared
#   make test-cluster  the tests of the adapter for verl, in an environment of its own
#   make test-doors    the tests of the doors by MCP, OpenEnv, inspect_ai and verifiers, each in its own
#   make test-pages    the pages in a browser; needs a Chromium
#   make wheel         build the package into dist/ and play with it in an empty environment
#   make site          build the documentation, strictly, into site/
#   make lock          write requirements/lock.txt and floors.txt anew
# PYTHON=python3.13 chooses an interpreter, VENV=.venv-3.13 an environment.

PYTHON ?= python3
VENV   ?= .venv
BIN    := $(VENV)/bin
PIP    := $(BIN)/python -m pip --disable-pip-version-check
LOCK   := requirements/lock.txt

RUNS   := runs
# Files, in their order: a file's costly fixtures are made by one process, and nothing long comes last.
SIDE_BY_SIDE := -n 2 --dist loadfile --no-loadscope-reorder
# An argument of `call` ends at a comma.
comma  := ,

.PHONY: demo board test test-core test-newest test-floors floors test-cluster cluster test-doors door test-pages site wheel lock recipe ablation speed fuzz clean help
.DEFAULT_GOAL := help

help:
	@sed -n '1,18p' Makefile | sed 's/^# \{0,1\}//'

# Where the interpreter or pip of an environment does not run, what its stamps say is not so: they go,
# and it is made anew.
ifneq ($(wildcard $(VENV)/.python),)
ifneq ($(shell $(PIP) --version >/dev/null 2>&1 && echo sound),sound)
$(shell rm -f $(VENV)/.python $(VENV)/.core $(VENV)/.core-tests $(VENV)/.dev $(VENV)/.floors)
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

# Byte code is made when a module is first imported: of most that is installed nobody imports anything.
# It must be written then: without it each process that imports torch and transformers compiles them anew.
unexport PYTHONDONTWRITEBYTECODE
define install
	@$(PIP) install --no-compile $(1) || { echo "Installing into $(VENV) failed (network, or a full disk: $(FREE)); the same command goes on." >&2; exit 1; }
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

$(VENV)/.floors: pyproject.toml requirements/floors.txt | $(VENV)/.python
	@echo "==> Installing the lowest releases that are declared (once)"
	$(call install,-r requirements/floors.txt -e '.[documents$(comma)earth$(comma)zim]')
	@touch $@

$(VENV)/.cluster: pyproject.toml requirements/cluster.txt | $(VENV)/.python
	@echo "==> Installing verl, which wants an older transformers than we do (once)"
	$(call install,-r requirements/cluster.txt -e .)
	@touch $@

$(VENV)/.door: pyproject.toml | $(VENV)/.python
	@echo "==> Installing what the door $(DOOR) needs (once)"
	$(call install,-e '.[$(DOOR)]' 'pytest>=9' 'hypothesis>=6.150')
	@touch $@

demo: $(VENV)/.core
	@echo "==> Building the mini world (once) and running the baselines"
	@$(BIN)/searchvl world build atlas --size mini
	@$(BIN)/python benchmarks/leaderboard.py --episodes 40
	@echo "==> The same with tasks that need eyes, in a mini world with photographs"
	@$(BIN)/searchvl world build atlas --size mini --views 2
	@$(BIN)/python benchmarks/leaderboard.py --suite atlas-perception:size=mini --episodes 40 --policy oracle --policy one_image_search --policy one_text_search --policy no_tool --out runs/perception

# What `make recipe` has trained plays with the three tools that it was trained with.
TINY := $(wildcard $(RUNS)/recipe/grpo/model)
board: $(VENV)/.core
	@echo "==> The offline board$(if $(TINY), with the tiny model of make recipe)"
	@$(BIN)/searchvl leaderboard --suite atlas-mini --suite atlas-faults --suite atlas-perception:size=mini --episodes 40 \
	  --policy oracle --policy one_image_search --policy no_tool --policy random \
	  $(if $(TINY),--policy transformers:checkpoint=$(TINY)$(comma)tools=algos.recipe.brief_tools:brief_suite) --out $(RUNS)/board

test: $(VENV)/.dev
	@echo "==> Building the mini world (once)"
	@$(BIN)/searchvl world build atlas --size mini
	@echo "==> Linting, type-checking and testing"
	@$(BIN)/python -m pytest $(SIDE_BY_SIDE) --durations=15

test-core: $(VENV)/.core-tests
	@$(BIN)/searchvl world build atlas --size mini
	@$(BIN)/python -m pytest $(SIDE_BY_SIDE) $(TESTS)

test-newest:
	@$(MAKE) VENV=.venv-newest LOCK=requirements/newest.txt test

test-floors:
	@$(MAKE) VENV=.venv-floors floors

floors: $(VENV)/.floors
	@$(BIN)/searchvl world build atlas --size mini
	@$(BIN)/python -m pytest $(SIDE_BY_SIDE) --deselect tests/test_code_quality.py $(TESTS)

test-cluster:
	@$(MAKE) VENV=.venv-cluster cluster

cluster: $(VENV)/.cluster
	@$(BIN)/python -m pytest tests/verl_adapter tests/algos/verl_adapter/test_advantage.py

# Each framework pins packages of its own, so each has an environment.
test-doors:
	@$(MAKE) VENV=.venv-mcp DOOR=mcp door
	@$(MAKE) VENV=.venv-openenv DOOR=openenv door
	@$(MAKE) VENV=.venv-inspect DOOR=inspect door
	@$(MAKE) VENV=.venv-verifiers DOOR=verifiers door

door: $(VENV)/.door
	@$(BIN)/python -m pytest tests/integrations

$(VENV)/.pages: $(VENV)/.core-tests
	@echo "==> Installing what drives a browser (once)"
	$(call install,-c $(LOCK) -e '.[browser]')
	@touch $@

test-pages: $(VENV)/.pages
	@$(BIN)/searchvl world build atlas --size mini
	@$(BIN)/python -m pytest $(SIDE_BY_SIDE) tests/demo/test_in_browser.py tests/leaderboard/test_page_in_browser.py

$(VENV)/.docs: $(VENV)/.dev
	@echo "==> Installing what builds the site (once)"
	$(call install,-c $(LOCK) -e '.[docs]')
	@touch $@

site: $(VENV)/.docs
	@$(BIN)/python -m sphinx -W --keep-going -q -b html docs site
	@echo "site/index.html"

# What a user gets who has no checkout, from the index and nothing else.
wheel: $(VENV)/.python
	@rm -rf dist $(VENV)-wheel
	$(call install,-c $(LOCK) build)
	@$(BIN)/python -m build --outdir dist .
	@$(PYTHON) -m venv $(VENV)-wheel
	@$(VENV)-wheel/bin/python -m pip --disable-pip-version-check install -q --no-compile -c $(LOCK) dist/*.whl
	@cd $$(mktemp -d) && $(abspath $(VENV))-wheel/bin/searchvl leaderboard --suite atlas-mini --policy oracle --policy no_tool --episodes 4

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
