#!/bin/sh
# Makes .venv from requirements.lock: with uv where it can be had, else with pip alone (slower, same result).
set -eu
venv=.venv

python=${PYTHON:-python3}
if ! command -v "$python" >/dev/null 2>&1; then
    echo "Python 3.11 or newer is needed (Debian: apt-get install python3 python3-venv)." >&2
    exit 1
fi
"$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' || {
    echo "Python 3.11 or newer is needed; $python is $("$python" -V)." >&2
    exit 1
}

if [ ! -x $venv/bin/python ] || ! $venv/bin/python -m pip --version >/dev/null 2>&1; then
    "$python" -m venv --clear $venv || {
        rm -rf $venv
        echo "The virtual environment could not be made (Debian: apt-get install python3-venv)." >&2
        exit 1
    }
fi

pip="$venv/bin/python -m pip --disable-pip-version-check --quiet"
# On the path because pip looks there for the program that builds our own packages.
export PATH="$PWD/$venv/bin:$PATH" UV_PYTHON_DOWNLOADS=never VIRTUAL_ENV="$PWD/$venv"

# The block of uv in the lock: its version and its hashes.
block=$(mktemp)
ours=$(mktemp ./.requirements-XXXXXX.txt)
trap 'rm -f "$block" "$ours"' EXIT
awk '/^[a-z]/ {inside = /^uv==/} inside && !/^ *#/' requirements.lock >"$block"
pinned=$(sed -n 's/^uv==\([0-9.]*\).*/\1/p' "$block")

packages=
for project in libs/*/pyproject.toml services/*/pyproject.toml deploy/*/pyproject.toml; do
    packages="$packages -e ./${project%/pyproject.toml}"
done

# In one step, so that our own packages are never missing while something else is brought up to date.
install_with_uv() {
    [ "$($venv/bin/uv --version 2>/dev/null | cut -d' ' -f2)" = "$pinned" ] ||
        $pip install --only-binary :all: --require-hashes -r "$block" || return 1
    echo "$packages" | sed 's/ -e /\n-e /g' >"$ours"
    # Compiled here once, not by seven processes at the same time when they first start.
    $venv/bin/uv pip sync --quiet --verify-hashes --no-build-isolation --compile-bytecode \
        requirements.lock "$ours"
}

if ! install_with_uv; then
    echo "uv could not install the environment; using pip instead." >&2
    $pip install --require-hashes -r requirements.lock
    # shellcheck disable=SC2086
    $pip install --no-deps --no-build-isolation $packages
fi
touch $venv/.ready
