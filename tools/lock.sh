#!/usr/bin/env bash
# Pins the dependencies with hashes and nothing else: no host, no path. Needs uv on the PATH or in .venv.
set -euo pipefail
uv=$(command -v uv || echo .venv/bin/uv)
options=(--python-version 3.11 --generate-hashes --no-header --no-annotate --quiet)
"$uv" pip compile pyproject.toml --extra build "${options[@]}" -o requirements.lock
"$uv" pip compile pyproject.toml --extra build --extra dev --extra duckdb --extra spark --constraint requirements.lock \
  "${options[@]}" -o requirements-dev.lock
