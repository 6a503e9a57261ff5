#!/usr/bin/env bash
# Usage: tools/postgres.sh [start|stop|have]. Starts a private PostgreSQL for the tests and prints its address.
# Nothing of the system's own PostgreSQL is touched: data in build/postgres, no network port, one socket of its own.
# With DURABLE=1 it is another one, in build/postgres-durable, that writes to the disk before it answers.
set -euo pipefail
cd "$(dirname "$0")/.."
action=${1:-start}

programs=$(dirname "$(command -v initdb || ls -1 /usr/lib/postgresql/*/bin/initdb 2>/dev/null | sort -V | tail -1)" 2>/dev/null || true)
if [ -z "$programs" ] || [ ! -x "$programs/initdb" ] || [ ! -x "$programs/pg_ctl" ]; then
  echo "PostgreSQL is not installed (Debian package: postgresql)." >&2
  exit 1
fi
[ "$action" != have ] || exit 0

# PostgreSQL refuses to run as root, so root lends it another user.
as=()
if [ "$(id -u)" = 0 ]; then
  for user in postgres nobody; do
    id "$user" >/dev/null 2>&1 && as=(runuser -u "$user" --) && break
  done
fi

data=$PWD/build/postgres${DURABLE:+-durable}
mkdir -p "$data"
[ ${#as[@]} = 0 ] || { chown "$user" "$data" && chmod 700 "$data"; }
if ! "${as[@]}" test -w "$data" 2>/dev/null; then # a home folder that other users may not enter
  data=${TMPDIR:-/tmp}/huoyue-postgres-$(printf %s "$PWD" | cksum | cut -d' ' -f1)
  mkdir -p "$data"
  [ ${#as[@]} = 0 ] || { chown "$user" "$data" && chmod 700 "$data"; }
fi
# The path of a socket may have 107 characters at most, so it does not stand beside the data.
socket=/tmp/huoyue-pg-$(printf %s "$data" | cksum | cut -d' ' -f1)

control() { (cd / && "${as[@]}" "$programs/pg_ctl" -D "$data/cluster" "$@"); }
running() { control status >/dev/null 2>&1; }

if [ "$action" = stop ]; then
  ! running || control stop -m fast >/dev/null
  exit 0
fi

exec 9>"$PWD/build/postgres.lock" && flock 9
if ! running; then
  # The tests kill our processes, never the database or the machine: nothing of it has to outlive a failure of power.
  # They keep thousands of rows uncommitted; a vacuum would count none, and plans would be made for empty tables.
  unsafe=''
  [ -n "${DURABLE:-}" ] || unsafe='-c fsync=off -c synchronous_commit=off -c full_page_writes=off -c autovacuum=off'
  "${as[@]}" mkdir -p -m 700 "$socket"
  if [ ! -s "$data/cluster/PG_VERSION" ]; then
    "${as[@]}" rm -rf "$data/cluster"
    (cd / && "${as[@]}" "$programs/initdb" -D "$data/cluster" -U huoyue -A trust -E UTF8 --locale=C.UTF-8) >"$PWD/build/postgres.log" 2>&1
  fi
  control start -w -l "$data/log" \
    -o "-c listen_addresses='' -c unix_socket_directories='$socket' -c max_connections=200 $unsafe" 9>&- >>"$PWD/build/postgres.log" 2>&1 || {
    echo "PostgreSQL did not start; see build/postgres.log and $data/log." >&2
    exit 1
  }
fi
echo "postgresql://huoyue@/huoyue?host=$socket"
