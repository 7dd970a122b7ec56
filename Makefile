# make          run every notebook on the data and build the site in _build/site
# make test     run everything: data checks, unit tests, notebooks compared with their stored outputs
# make lab      open the notebooks in JupyterLab      make check    list every problem of the data
# make refresh  rewrite the notebooks' stored outputs         make bench    what everything costs

PYTHON ?= python3
RUN := .venv/bin/python
NOTEBOOKS := $(sort $(wildcard notebooks/*.ipynb))
TEMPLATES := $(wildcard notebooks/templates/*.ipynb)
EXECUTED := $(patsubst notebooks/%,_build/pages/%,$(NOTEBOOKS))
INPUTS := $(wildcard data/*) $(wildcard lib/minsk/*.py lib/minsk/*.mplstyle notebooks/*.csv) notebooks/execute.py
export PIP_DISABLE_PIP_VERSION_CHECK := 1
export PYTHONDONTWRITEBYTECODE := 1
.DELETE_ON_ERROR:
.PHONY: site test check lab refresh bench clean

site: _build/site/index.html
	@echo "==> done; open $(CURDIR)/$<"

_build/site/index.html: $(EXECUTED) $(wildcard data/*.md) $(wildcard notebooks/site/* notebooks/site/*/*)
	@echo "==> building the site"
	@$(RUN) notebooks/site/build.py _build/pages _build/site || { \
	  echo "The site could not be built; the message above says why."; exit 1; }
	@touch $@

_build/pages/%.ipynb: notebooks/%.ipynb $(INPUTS) .venv/ready
	@echo "==> running $<"
	@$(RUN) notebooks/execute.py $< $@

test: .venv/ready
	@echo "==> checking the data"
	@$(RUN) -m minsk check
	@echo "==> checking the style of the code"
	@$(RUN) -m ruff check --no-cache lib tests notebooks || { echo "Run: $(RUN) -m ruff check --fix"; exit 1; }
	@echo "==> testing the data, the library and the notebooks"
	@$(RUN) -m pytest tests
	@for seed in 0 42; do \
	  echo "==> running the notebooks and comparing all output with what is stored (hash seed $$seed)"; \
	  PYTHONHASHSEED=$$seed $(RUN) -m pytest --nbval $(NOTEBOOKS) $(TEMPLATES) || { \
	    echo "A notebook printed or drew something else than what is stored; if that is meant: make refresh"; exit 1; }; \
	done
	@echo "==> all tests passed"

check: .venv/ready
	@$(RUN) -m minsk check

lab: .venv/ready
	@echo "==> opening JupyterLab; stop it with Ctrl-C"
	@$(RUN) -m jupyterlab notebooks

refresh: .venv/ready
	@for n in $(NOTEBOOKS) $(TEMPLATES); do echo "==> running $$n"; $(RUN) notebooks/execute.py $$n $$n || exit 1; done
	@$(RUN) notebooks/execute.py notebooks/02_chronology.ipynb notebooks/site/static/timeline.png
	@$(RUN) notebooks/site/codebook.py data/README.md
	@echo "==> stored outputs are up to date"

bench: .venv/ready
	@echo "==> notebooks from a cold kernel (medians of runs by turns)"
	@$(RUN) tests/bench_notebooks.py
	@echo "==> loading, and the analyses as the record grows"
	@$(RUN) tests/bench_data.py
	@echo "==> the text functions, a text at a time"
	@$(RUN) tests/bench_statements.py
	@echo "==> the text functions on a cluster"
	@$(RUN) tests/bench_scale.py

# The file `ready` marks a finished installation, so that an interrupted one is done again.
.venv/ready: pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))' 2>/dev/null || { \
	  echo "This workbook needs Python 3.11, 3.12 or 3.13; '$(PYTHON)' is $$($(PYTHON) --version 2>&1 || echo missing)."; \
	  echo "Name another one like this: make PYTHON=python3.12"; exit 1; }
	@echo "==> setting up .venv with $$($(PYTHON) --version) (a minute or two, once)"
	@$(PYTHON) -m venv .venv || { echo "Python could not make a virtual environment; is its venv module installed?"; exit 1; }
	@$(RUN) -m pip install -qq --editable '.[test]' || { \
	  echo "Installing the packages failed; the message above says why. Check the network and run make again."; exit 1; }
	@touch $@

clean:
	rm -rf _build
