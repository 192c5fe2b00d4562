#!/usr/bin/env bash
# npm run soak: pods come and go with random faults for SOAK_MINUTES (30); prints what the plugin held at the beginning, at most and at the end.
set -euo pipefail
cd "$(dirname "$0")/.."
. scripts/test-machine.sh

report=$(mktemp)
trap 'stop_started_engine; rm -f "$report"' EXIT
ready_for_tests
status=0
SOAK_MINUTES=${SOAK_MINUTES:-30} SOAK_REPORT=$report node node_modules/jest/bin/jest.js --selectProjects reliability --testPathPatterns soak >&2 || status=$?
cat "$report"
exit "$status"
