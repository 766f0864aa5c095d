# Two commands do everything, set-up included: `make replay` and `make test`.
# They need git, make and a Python >= 3.12, which tools/find_python.sh looks for. Written for GNU make 3.81 and newer.

PIP_INSTALL := .venv/bin/python -m pip install --quiet --disable-pip-version-check --constraint constraints.txt

# What a .venv must be able to do to be kept.
venv_works := .venv/bin/python -c 'import pip, sys; sys.exit(sys.version_info < (3, 12))' 2>/dev/null

make_venv = $(venv_works) || { \
	python=$$(sh tools/find_python.sh) && \
	echo "Making .venv with $$python" && \
	"$$python" -m venv --clear .venv; }

# The Python under a .venv may have been upgraded or removed since: then it has to be made and filled again.
$(shell $(venv_works) || rm -f .venv/.ready .venv/.ready-for-tests)

.PHONY: help setup replay dashboard test bench check docs defaults evidence mutate wheel archive clean

help: ## what can be made (this list)
	@sed -n 's/^\([a-z]*\):.*## \(.*\)/  make \1	\2/p' Makefile
	@echo '  PYTHON=… names the Python to make .venv with; ARGS=… goes on to replay and test.'

setup: .venv/.ready ## make .venv and install what a run needs

replay: .venv/.ready ## replay the default crisis: what happened, how likely it was, what else might have been
	@.venv/bin/python run.py replay $(ARGS)
	@echo '      To type taftan instead of python run.py: . .venv/bin/activate' >&2

dashboard: .venv/.ready ## open the crisis in the browser, on this machine alone
	@.venv/bin/python -c 'import panel' 2>/dev/null || { echo 'Installing what the dashboard needs'; $(PIP_INSTALL) --editable '.[dashboard]'; }
	@.venv/bin/python run.py dashboard $(ARGS)

test: .venv/.ready-for-tests ## run the tests
	@.venv/bin/python -m pytest -q -n auto --dist loadfile $(ARGS)

bench: .venv/.ready-for-tests ## measure how fast the model is, beside two peers (minutes)
	@.venv/bin/python -m benchmarks $(ARGS)

check: .venv/.ready-for-tests ## lint, formatting and types
	.venv/bin/python -m ruff check .
	.venv/bin/python -m ruff format --check .
	.venv/bin/python -m mypy
	.venv/bin/python tools/model_tables.py --check
	.venv/bin/python tools/day_chart.py --check
	.venv/bin/python tools/act_frequencies.py --check
	.venv/bin/python tools/calibration_page.py --check
	.venv/bin/python tools/validation_page.py --check
	.venv/bin/python tools/evidence_page.py --check

docs: .venv/.ready-for-tests ## build the documentation site into build/docs; a broken link is an error
	.venv/bin/python -m sphinx -q -W --keep-going -b html docs build/docs
	@echo 'Open build/docs/index.html'

defaults: .venv/.ready-for-tests ## search the default weights again, one round (minutes to hours)
	.venv/bin/python tools/search_defaults.py $(ARGS)

evidence: .venv/.ready-for-tests ## fit the parameters again and regenerate all that rests on it (an hour or so)
	.venv/bin/python run.py calibrate --store
	.venv/bin/python tools/recovery.py
	.venv/bin/python run.py sensitivity --store --yes
	.venv/bin/python run.py sensitivity --split --store
	.venv/bin/python tools/calibration_page.py
	.venv/bin/python tools/validation_page.py --measure
	.venv/bin/python tools/evidence_page.py

mutate: .venv/.ready-for-tests ## break the rules one at a time and see whether the tests notice (minutes)
	@.venv/bin/python tools/mutate.py $(ARGS)

wheel: .venv/.ready-for-tests ## build the wheel into dist/
	.venv/bin/python -m build --wheel --no-isolation

archive: .venv/.ready-for-tests ## the last commit as one zip for a model archive, into dist/: code, data, docs, results
	@.venv/bin/python tools/archive.py $(ARGS)

clean: ## remove what these commands made, but for results/
	rm -rf .venv build dist .pytest_cache .ruff_cache .mypy_cache .hypothesis
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

# Stamps, so that nothing is installed again until what is declared changes.

.venv/.ready: pyproject.toml constraints.txt
	@$(make_venv)
	@echo 'Installing what a run needs'
	@$(PIP_INSTALL) --editable .
	@touch $@

.venv/.ready-for-tests: pyproject.toml constraints.txt
	@$(make_venv)
	@echo 'Installing what a run and the tests need'
	@$(PIP_INSTALL) --editable '.[dev]'
	@touch .venv/.ready $@
