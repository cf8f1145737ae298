#!/usr/bin/env bash
# tools/test.sh PYTHON [PYTEST OPTIONS...]: all tests, and at the same time those of the program once more on
# PostgreSQL. What PostgreSQL said comes first, so that the last line is that of all tests; either failing fails.
set -u
python=$1
shift
log=$(mktemp "${TMPDIR:-/tmp}/westward-tests.XXXXXX")
"$python" -m pytest "$@" >"$log" 2>&1 &
all=$!
trap 'kill $all 2>/dev/null; rm -f "$log"' EXIT
bash "$(dirname "$0")/postgresql.sh" "$python" -m pytest --quiet tests/program tests/crash
postgresql=$?
[ $postgresql = 0 ] || echo "westward: FAILED on PostgreSQL, see above; all tests follow"
tail --pid=$all --lines=+1 --follow "$log"
wait $all
status=$?
trap 'rm -f "$log"' EXIT
[ $status != 0 ] || status=$postgresql
exit $status
