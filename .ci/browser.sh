#!/usr/bin/env bash
# The tests in a real browser; installs Debian's Chromium, with the font it falls back to, where there is none.
set -uo pipefail
cd "$(dirname "$0")/.."

as_root() {
  if [ "$(id -u)" -eq 0 ]; then "$@"; else sudo "$@"; fi
}

try_thrice() {
  "$@" || { sleep 5 && "$@"; } || { sleep 15 && "$@"; }
}

install_chromium() {
  export DEBIAN_FRONTEND=noninteractive
  local quietly=(-qq -o Acquire::Retries=3 -o Acquire::http::Timeout=30)
  try_thrice as_root apt-get update "${quietly[@]}" &&
    try_thrice as_root apt-get install "${quietly[@]}" --yes --no-install-recommends chromium fonts-dejavu-core
}

[ -n "${CHROMIUM:-}" ] || command -v chromium chromium-browser google-chrome >/dev/null || install_chromium || exit 1
npm run --silent test:browser
