#!/usr/bin/env bash
# npm run fuzz: random input for every parser and for the whole server, for FUZZ_SECONDS a target (30) or FUZZ_RUNS runs of each;
# prints target, runs and seed. SEED gives the input of a run before. An argument takes the targets whose file matches.
set -euo pipefail
cd "$(dirname "$0")/.."

report=$(mktemp)
trap 'rm -f "$report"' EXIT
[ -n "${FUZZ_RUNS:-}" ] || export FUZZ_SECONDS=${FUZZ_SECONDS:-30}
export SEED=${SEED:-$(node -p 'Date.now() % 2 ** 31')}
status=0
FUZZ_REPORT=$report node node_modules/jest/bin/jest.js --selectProjects fuzz --testPathPatterns "${1:-.}" >&2 || status=$?
node -e '
  const lines = require("fs").readFileSync(process.argv[1], "utf8").split("\n").filter(Boolean).map(JSON.parse);
  const row = (target, cases, runs, seed) => console.log(`${String(target).padEnd(36)}${String(cases).padStart(8)}${String(runs).padStart(12)}  ${seed}`);
  row("target", "corpus", "random", "seed");
  for (const { target, cases, runs, seed } of lines) row(target, cases, runs, seed);
' "$report"
exit "$status"
