#!/usr/bin/env bash
# Usage: tools/tests.sh PROCESSES. All tests on SQLite and, at the same time, those of the server on PostgreSQL.
# Tests often wait, for a child, a browser or a disk: the second run uses what the first leaves of the processors.
# What the second says is shown when the first has ended, so that neither is lost in the other.
set -uo pipefail
cd "$(dirname "$0")/.."
processes=$1
said=build/tests-postgresql.log
mkdir -p build

if url=$(tools/postgres.sh); then
  HUOYUE_TEST_DATABASE=$url .venv/bin/pytest -n "$((processes > 1 ? processes - 1 : 1))" --dist worksteal -o cache_dir=build/pytest-postgresql tests/server >"$said" 2>&1 &
  other=$!
  trap 'kill -TERM "$other" 2>/dev/null' EXIT
  trap 'exit 130' INT TERM
fi

echo "== All tests, the database is SQLite"
.venv/bin/pytest -n "$processes" --dist worksteal
first=$?

second=0
if [ -n "${other:-}" ]; then
  echo "== Tests of the server, the database is PostgreSQL"
  wait "$other"
  second=$?
  trap - EXIT
  cat "$said"
else
  echo "== NOT RUN: the tests of the server on PostgreSQL, because it could not be started (see above)"
fi
[ "$first" = 0 ] && [ "$second" = 0 ]
