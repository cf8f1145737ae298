#!/usr/bin/env bash
# tools/postgresql.sh COMMAND...: run COMMAND with WESTWARD_TEST_POSTGRESQL naming a PostgreSQL of its own.
# The server lives in a temporary folder, listens on a Unix socket in it alone, runs under an unprivileged user
# (PostgreSQL refuses root), and goes with this script, whatever ends it. Where none can be started, one line says so.
set -euo pipefail

not_tested() {
  echo "westward: PostgreSQL was NOT tested: $1" >&2
  exit 0
}

newest() {
  { ls -d /usr/lib/postgresql/*/bin/initdb || command -v initdb; } 2>/dev/null | sort -V | tail -1 | xargs -r dirname || true
}
bin=$(newest)
if [ -z "$bin" ] && [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
  echo "westward: installing from Debian: postgresql"
  export DEBIAN_FRONTEND=noninteractive
  apt-get update -qq >/dev/null 2>&1 || true
  apt-get install -y -qq --no-install-recommends postgresql >/dev/null 2>&1 || true
  bin=$(newest)
fi
[ -n "$bin" ] || not_tested "initdb is not installed (install postgresql, or run make as root)"

as=()
folder=$(mktemp -d "${TMPDIR:-/tmp}/westward-postgresql.XXXXXX")
trap 'rm -rf "$folder"' EXIT
if [ "$(id -u)" = 0 ]; then
  getent passwd postgres >/dev/null || not_tested "there is no user postgres to run it, and root may not"
  chown postgres: "$folder"
  as=(--reuid postgres --regid "$(id -g postgres)" --init-groups)
fi
command -v setpriv >/dev/null || not_tested "setpriv is not installed (it comes with util-linux)"

export LC_ALL=C.UTF-8
cd "$folder"
setpriv "${as[@]+"${as[@]}"}" "$bin/initdb" --pgdata "$folder/data" --username westward --auth trust --encoding UTF8 \
  --no-sync >"$folder/initdb.log" 2>&1 || {
  cat "$folder/initdb.log" >&2
  not_tested "initdb failed"
}
# No fsync: these tests kill our processes, never the machine. The parent's death stops the server, too.
setpriv "${as[@]+"${as[@]}"}" --pdeathsig INT "$bin/postgres" -D "$folder/data" -k "$folder" -c listen_addresses= \
  -c fsync=off -c full_page_writes=off -c max_connections=60 >"$folder/server.log" 2>&1 </dev/null &
server=$!
trap 'kill -INT $server 2>/dev/null || true; wait $server 2>/dev/null || true; rm -rf "$folder"' EXIT
trap 'exit 143' TERM
trap 'exit 130' INT
for _ in $(seq 100); do
  "$bin/pg_isready" -q -h "$folder" -U westward -d postgres && break
  kill -0 $server 2>/dev/null || {
    cat "$folder/server.log" >&2
    not_tested "the server ended at once"
  }
  sleep 0.1
done
cd "$OLDPWD"
unset LC_ALL
echo "westward: tests of the program on PostgreSQL $("$bin/postgres" --version | grep -oE '[0-9]+(\.[0-9]+)*' | head -1)"
WESTWARD_TEST_POSTGRESQL="postgresql://westward@/postgres?host=$folder" "$@"
