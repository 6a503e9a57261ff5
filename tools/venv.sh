#!/usr/bin/env bash
# Usage: tools/venv.sh PYTHON VENV LOCK. Makes the virtual environment and installs what LOCK pins, hashes checked.
set -euo pipefail
python=$1 venv=$2 lock=$3

if [ -z "$python" ] || ! "$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))'; then
  echo "Huoyue needs Python 3.11 or later; found: ${python:-none}. Install python3.11 or set PYTHON=..." >&2
  exit 1
fi
if ! "$python" -c 'import ensurepip, venv' 2>/dev/null; then
  echo "Python's venv module is missing; trying to install it."
  if [ "$(id -u)" = 0 ]; then apt-get install -y python3-venv; else sudo -n apt-get install -y python3-venv; fi
fi
[ -x "$venv/bin/python" ] || "$python" -m venv "$venv"

echo "Installing what $lock pins into $venv ..."
"$venv/bin/python" -m pip install --quiet --disable-pip-version-check --require-hashes -r "$lock"
"$venv/bin/python" -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
