# Everything is done by the Python programs in dev/; what they download and make is in .dev/
.DEFAULT_GOAL := help
.PHONY: help set-up demo serve test test-slow bench lint fix pictures translations clean

# The first Python that Odoo 19 runs on, unless one is given.
PYTHON ?= $(shell for p in python3 python3.11 python3.12 python3.13 python3.10; do \
	$$p -c 'import sys; sys.exit(not (3, 10) <= sys.version_info[:2] <= (3, 13))' 2>/dev/null \
	&& echo $$p && break; done)
RUN = .dev/venv/bin/python dev/run.py
export ODOO_PATH PORT FRESH
unexport PYTHONPATH PYTHONHOME VIRTUAL_ENV

help:
	@echo "make demo       set up, play the stories against a real server; results in demo-out/"
	@echo "make serve      keep the demo's server running on this machine (PORT=8069, FRESH=1)"
	@echo "make test       checks, pure tests, Odoo tests, tours, races; one line of counts"
	@echo "                T=lint | pure | odoo | tours | server   one part"
	@echo "                T=odoo_esign/tests/test_x.py   a path (or several)"
	@echo "                T='seal and not slow'          a pytest -k expression"
	@echo "make test-slow  what make test leaves out: the slow ones of the pure and Odoo tests;"
	@echo "                and all tests against real servers: races, kills, load"
	@echo "make bench      measurements; B=sealing or B=page for one of them, B=--quick to try"
	@echo "make lint       ruff and pylint-odoo; make fix mends what ruff can"
	@echo "make pictures   the pictures of README, app page and docs, made anew"
	@echo "make translations  take up new texts into i18n/, and tell what is not translated"
	@echo "make set-up     only the downloads and installations"
	@echo "make clean      stop what runs and remove .dev/ and demo-out/"
	@echo
	@echo "Variables: PYTHON=python3.12 (3.10 to 3.13), ODOO_PATH=/folder/with/odoo (an Odoo 19"
	@echo "of your own), PGHOST PGPORT PGUSER PGPASSWORD (a PostgreSQL of your own)."
	@echo "By hand: dev/odoo, dev/db, dev/pg, dev/screenshot.py"

set-up:
	@if [ -z "$(PYTHON)" ]; then \
		echo "Stopped: no Python 3.10 to 3.13 found: apt-get install python3 python3-venv, or give PYTHON=…" >&2; \
		exit 2; fi
	@$(PYTHON) -B dev/set_up.py

demo serve test-slow lint fix: set-up
	@$(RUN) $@

bench: set-up
	@$(RUN) bench $(B)

test: set-up
	@$(RUN) test '$(T)'

pictures: set-up
	@.dev/venv/bin/python dev/pictures.py
	@.dev/venv/bin/python dev/pictures_page.py

translations: set-up
	@.dev/venv/bin/python dev/translations.py

clean:
	@if [ -x .dev/venv/bin/python ]; then $(RUN) pg stop; fi
	rm -rf .dev demo-out
