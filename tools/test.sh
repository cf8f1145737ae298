#!/usr/bin/env bash
# tools/test.sh PYTHON [PYTEST OPTIONS...]: all tests in two halves at the same time, one for each of two processors:
# those of the program once more on PostgreSQL and then the browser; everything else. What the first half said comes
# first, so that the last line is pytest's own of the larger half; either failing fails.
set -u
python=$1
shift
log=$(mktemp "${TMPDIR:-/tmp}/westward-tests.XXXXXX")
"$python" -m pytest --ignore=tests/browser "$@" >"$log" 2>&1 &
rest=$!
trap 'kill $rest 2>/dev/null; rm -f "$log"' EXIT
status=0
bash "$(dirname "$0")/postgresql.sh" "$python" -m pytest --quiet tests/program tests/crash || {
  status=1
  echo "westward: FAILED on PostgreSQL, see above"
}
"$python" -m pytest "$@" tests/browser || {
  status=1
  echo "westward: FAILED in the browser, see above"
}
tail --pid=$rest --lines=+1 --follow "$log"
wait $rest || status=1
trap 'rm -f "$log"' EXIT
exit $status
