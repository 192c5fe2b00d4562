#!/usr/bin/env bash
# npm run bench: installs what its peers need where it may, builds, and measures; its arguments name parts of it.
set -euo pipefail
cd "$(dirname "$0")/.."
. scripts/engine.sh

trap 'stop_started_engine' EXIT
# Debian's podman starts nothing without catatonit; crun, which it prefers, does not know every host's cgroups.
if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then install podman runc catatonit python3-venv busybox-static; fi
ensure_engine
npm run -s build
npm run -s build:bench
node build/test/bench/run.js "$@"
