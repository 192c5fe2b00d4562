#!/usr/bin/env bash
# npm run reliability: every fault of every scenario, where npm test takes a sample; then writes what was counted into docs/reliability.md.
# An argument takes the test files whose path matches, and leaves the document as it is.
set -euo pipefail
cd "$(dirname "$0")/.."
. scripts/test-machine.sh

trap 'stop_started_engine' EXIT
ready_for_tests
figures=$(mktemp)
RELIABILITY=all RELIABILITY_FIGURES=$figures node node_modules/jest/bin/jest.js --selectProjects reliability fuzz --testPathPatterns "${1:-.}" >&2
if [ $# -eq 0 ]; then node scripts/write-reliability.js "$figures"; else cat "$figures"; fi
rm -f "$figures"
