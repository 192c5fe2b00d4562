#!/usr/bin/env bash
# npm test: sets up what the tests need where it is missing, runs them all (or those that the arguments name), and says how many passed.
set -euo pipefail
cd "$(dirname "$0")/.."
. scripts/engine.sh

trap 'stop_started_engine' EXIT
if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then install gcc gcc-aarch64-linux-gnu libc6-dev busybox-static iproute2 openssl; install_registry; fi
ensure_engine
npm run -s build
# The quick start is a promise too.
[ $# -gt 0 ] || scripts/quickstart.sh >&2

results=$(mktemp)
status=0
node node_modules/jest/bin/jest.js --json --outputFile="$results" "$@" >/dev/null || status=$?
node -e '
  const { numPassedTests, numFailedTests, numPendingTests, numTodoTests, numRuntimeErrorTestSuites } = JSON.parse(require("fs").readFileSync(process.argv[1], "utf8"));
  console.log(`${numPassedTests} passed, ${numFailedTests + numRuntimeErrorTestSuites} failed, ${numPendingTests + numTodoTests} skipped`);
' "$results"
rm -f "$results"
exit "$status"
