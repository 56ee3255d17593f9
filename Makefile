# Short names; every target is a command of manage.py, which makes the environment that it needs.
.PHONY: run test check lock
PYTHON ?= python3

run:
	$(PYTHON) manage.py quickstart

test:
	$(PYTHON) manage.py test

check:
	$(PYTHON) manage.py lint

# Resolve the requirements anew, with a hash for every file. uv stands in .venv.
lock:
	.venv/bin/uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-annotate --upgrade \
		--custom-compile-command "make lock" requirements.in -o requirements.txt
	.venv/bin/uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-annotate --upgrade \
		--custom-compile-command "make lock" requirements-dev.in -c requirements.txt -o requirements-dev.txt
