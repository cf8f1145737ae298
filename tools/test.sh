#!/usr/bin/env bash
# tools/test.sh PYTHON [PYTEST OPTIONS...]: types and all tests as parts: those of the program on PostgreSQL, then on
# SQLite; the browser; the engine; everything else; mypy. They start in this order, the longest first, two more at a
# time than there are processors: the browser and the database server are waited for. What each part said is printed
# whole as `told` names them, so that the last line is pytest's own; any part failing fails.
set -u
python=$1
pytest=("$python" -m pytest)
shift
here=$(dirname "$0")
logs=$(mktemp -d "${TMPDIR:-/tmp}/westward-tests.XXXXXX")
trap 'kill $(jobs -p) 2>/dev/null; rm -rf "$logs"' EXIT
export WESTWARD_TEST_RUN=$logs  # what several parts need is made by the first of them (tests/support/empty.py)
parts=(postgresql program browser engine rest types)
told=(types browser postgresql program engine rest)
at_once=$(($(getconf _NPROCESSORS_ONLN 2>/dev/null || echo 2) + 2))  # nproc would heed OMP_NUM_THREADS

run() {
  local command
  case $1 in
    browser) command=("${pytest[@]}" "${@:2}" tests/browser) ;;
    postgresql) command=(bash "$here/postgresql.sh" "${pytest[@]}" "${@:2}" tests/program tests/crash) ;;
    program) command=("${pytest[@]}" "${@:2}" tests/program) ;;
    engine) command=("${pytest[@]}" "${@:2}" tests/eeg) ;;
    types) command=("$python" -m mypy) ;;
    rest) command=("${pytest[@]}" "${@:2}" --ignore=tests/browser --ignore=tests/program --ignore=tests/eeg) ;;
  esac
  "${command[@]}" >"$logs/$1" 2>&1 &
  trap "kill $! 2>/dev/null" TERM
  wait $!
  echo $? >"$logs/$1.status"
}

for name in "${parts[@]}"; do
  while (($(jobs -rp | wc -l) >= at_once)); do wait -n; done
  run "$name" "$@" &
done

status=0
for name in "${told[@]}"; do
  until [ -s "$logs/$name.status" ] || [ -z "$(jobs -rp)" ]; do sleep 1; done
  echo "westward: part $name"
  cat "$logs/$name"
  if [ "$(cat "$logs/$name.status" 2>/dev/null)" != 0 ]; then
    echo "westward: part $name FAILED, see above"
    status=1
  fi
done
exit $status
