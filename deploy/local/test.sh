#!/bin/sh
# All tests, on as many processes as the machine has cores; pytest's closing line comes last.
set -eu
exec .venv/bin/python -m pytest -n "${CLIENTCOMM_TEST_WORKERS:-2}" --dist loadfile "$@"
