#!/usr/bin/env bash
# npm run reliability: every fault of every scenario, where npm test takes a sample; then puts what was counted into docs/reliability.md.
# An argument takes the test files whose path matches: `npm run reliability reliability/owner`.
set -euo pipefail
cd "$(dirname "$0")/.."
. scripts/test-machine.sh

figures=$(mktemp)
trap 'stop_started_engine; rm -f "$figures"' EXIT
ready_for_tests
status=0
RELIABILITY=all RELIABILITY_FIGURES=$figures node node_modules/jest/bin/jest.js --selectProjects reliability fuzz --testPathPatterns "${1:-.}" >&2 || status=$?
[ ! -s "$figures" ] || node scripts/write-reliability.js "$figures"
exit "$status"
