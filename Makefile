# Short names; every target is a command of manage.py, which makes the environment that it needs.
.PHONY: run test check audit lock bench faults canary pooling soak mutants import-report
PYTHON ?= python3

run:
	$(PYTHON) manage.py quickstart

test:
	$(PYTHON) manage.py test $(ARGS)

check:
	$(PYTHON) manage.py lint

# Known weaknesses of what we depend on; asks the network, so it stands apart from `check`.
audit:
	.venv/bin/pip-audit --require-hashes --disable-pip -r requirements.txt

# Resolve the requirements anew, with a hash for every file. uv stands in .venv.
lock:
	.venv/bin/uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-annotate --upgrade \
		--custom-compile-command "make lock" requirements.in -o requirements.txt
	.venv/bin/uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-annotate --upgrade \
		--custom-compile-command "make lock" requirements-dev.in -c requirements.txt -o requirements-dev.txt

# Ratios of lists to a raw index scan, on a database of its own.
SIZE ?= 100000
bench:
	$(PYTHON) manage.py version >/dev/null
	.venv/bin/python -m benchmarks.bench --size $(SIZE)

# Kills processes amid approvals and messages, empties the queue, lets mail fail and sets clocks an hour off, and counts
# what is lost, sent or decided twice, on services of its own. STATE=file: stopped and called again, it goes on.
RUNS ?= 13
faults:
	$(PYTHON) manage.py lint --help >/dev/null
	.venv/bin/python -m benchmarks.faults --runs $(RUNS) $(if $(STATE),--state $(STATE))

# A canary in each protected field, then everything read as every role: whom does one reach that must not have it? Twenty
# leaks are planted besides, and each must be found. Services of its own. ONLY=records: narrows the addresses.
canary:
	$(PYTHON) manage.py lint --help >/dev/null
	.venv/bin/python -m benchmarks.canary $(if $(ONLY),--only '$(ONLY)')

# Viewers in turns through pgbouncer in transaction mode: does one see a row of another? Needs Debian's pgbouncer.
REQUESTS ?= 100000
pooling:
	$(PYTHON) manage.py lint --help >/dev/null
	.venv/bin/python -m benchmarks.pooling --requests $(REQUESTS)

# The long variants: the access decision against its oracle over many random worlds, and both locks,
# dockets of every family under any damage, the tally of ballots against its oracle, and the lives of agreements
# against theirs.
WORLDS ?= 2000
BOARDS ?= 200000
LIVES ?= 50000
soak:
	SOAK=$(WORLDS) $(PYTHON) manage.py test -n 2 --hypothesis-show-statistics \
		tests/records/test_decision_properties.py tests/records/test_locks.py tests/records/test_protected_names.py \
		tests/records/test_reading_families.py
	SOAK_BOARDS=$(BOARDS) $(PYTHON) manage.py test -n 0 -q tests/boards/test_tally.py
	SOAK_LIVES=$(LIVES) SOAK_READS=10000 $(PYTHON) manage.py test -n 2 -q \
		tests/sharing_agreements/test_life_machine.py tests/sharing_agreements/test_races.py

# Changes the tally, the rules on conflicts and the database's guards in one place at a time; the tests must notice 95 %.
mutants:
	$(PYTHON) manage.py test -n 0 -qq -s tests/boards/mutants.py

# Imports every docket below a folder, each file into a record set of its own, and compares what is stored with its source
# value by value: by family what was accepted, refused and why, crashed (none), altered silently (none).
DATA ?= ../shared/data/dockets
import-report:
	$(PYTHON) manage.py lint --help >/dev/null
	.venv/bin/python -m benchmarks.import_report $(DATA)
