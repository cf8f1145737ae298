#!/usr/bin/env bash
# What Debian must give. As root it is installed; otherwise each missing piece is named in one line
# and what needs it is skipped with that reason. Nothing here is needed to grade an EEG.
set -u

missing=()
need() { # need PACKAGE WHY TEST...
  local package=$1 why=$2
  shift 2
  if ! "$@" >/dev/null 2>&1; then
    missing+=("$package")
    reasons+=("$package: $why")
  fi
}
reasons=()
has_font() { fc-list 2>/dev/null | grep -qi dejavu; }
has_venv() { python3 -c 'import venv, ensurepip'; }
has_pango() { ldconfig -p 2>/dev/null | grep -q 'libpangoft2-1.0.so'; }
has_chromium() { command -v chromium || command -v chromium-browser || command -v google-chrome; }
has_cc() { command -v cc || command -v gcc || command -v clang; }

need python3-venv "the virtual environment cannot be made" has_venv
need libpangoft2-1.0-0 "PDF export is not possible" has_pango
need fonts-dejavu-core "report pictures have no font" has_font
need chromium "browser tests are skipped" has_chromium

if [ ${#missing[@]} -gt 0 ] && [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
  echo "westward: installing from Debian: ${missing[*]}"
  export DEBIAN_FRONTEND=noninteractive
  apt-get update -qq >/dev/null 2>&1 || true
  failed=()
  for package in "${missing[@]}"; do
    apt-get install -y -qq --no-install-recommends "$package" >/dev/null 2>&1 || failed+=("$package")
  done
  for package in "${failed[@]}"; do
    for reason in "${reasons[@]}"; do
      case "$reason" in "$package:"*) echo "westward: could not install $reason" ;; esac
    done
  done
else
  for reason in "${reasons[@]}"; do
    echo "westward: not found: $reason (install it, or run make as root)"
  done
fi
has_cc >/dev/null 2>&1 || echo "westward: no C compiler: the NumPy/SciPy forms of the kernels are used (slower, same numbers)"
exit 0
