#!/bin/sh
# All tests, in three processes unless told otherwise: they wait more than they work.
# The closing line of pytest comes last.
set -eu
exec .venv/bin/python -m pytest -n "${CLIENTCOMM_TEST_WORKERS:-3}" --dist loadfile "$@"
