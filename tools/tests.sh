#!/usr/bin/env bash
# Usage: tools/tests.sh PROCESSES. All tests on SQLite, then those of the server on PostgreSQL, whatever the first said.
set -uo pipefail
cd "$(dirname "$0")/.."
processes=$1

echo "== All tests, the database is SQLite"
.venv/bin/pytest -n "$processes" --dist worksteal
first=$?

second=0
if url=$(tools/postgres.sh); then
  echo "== Tests of the server again, the database is PostgreSQL"
  HUOYUE_TEST_DATABASE=$url .venv/bin/pytest -n "$processes" --dist worksteal tests/server
  second=$?
else
  echo "== NOT RUN: the tests of the server on PostgreSQL, because it could not be started (see above)"
fi
[ "$first" = 0 ] && [ "$second" = 0 ]
