#!/bin/sh
# All tests, in two processes unless told otherwise; the closing line of pytest comes last.
set -eu
exec .venv/bin/python -m pytest -n "${CLIENTCOMM_TEST_WORKERS:-2}" --dist loadfile "$@"
