#!/usr/bin/env bash
# npm test: sets up what the tests need where it is missing, runs them all (or those that the arguments name), and says how many passed.
set -euo pipefail
cd "$(dirname "$0")/.."
. scripts/test-machine.sh

trap 'stop_started_engine' EXIT
ready_for_tests
results=$(mktemp)
status=0
node node_modules/jest/bin/jest.js --json --outputFile="$results" "$@" >/dev/null || status=$?
node -e '
  const { numPassedTests, numFailedTests, numPendingTests, numTodoTests, numRuntimeErrorTestSuites } = JSON.parse(require("fs").readFileSync(process.argv[1], "utf8"));
  console.log(`${numPassedTests} passed, ${numFailedTests + numRuntimeErrorTestSuites} failed, ${numPendingTests + numTodoTests} skipped`);
' "$results"
rm -f "$results"
exit "$status"
