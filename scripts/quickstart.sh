#!/usr/bin/env bash
# npm run quickstart: from a fresh checkout to a pod that ran, through all four calls of the interLink plugin.
set -euo pipefail
cd "$(dirname "$0")/.."
. scripts/engine.sh

[ -d node_modules ] || { say 'installing dependencies'; npm ci --silent; }
say 'building'
npm run -s build
ensure_engine
ensure_busybox busybox:1.36

run=$(mktemp -d)
plugin=
clean_up() {
  [ -z "$plugin" ] || { kill "$plugin" 2>/dev/null && wait "$plugin" 2>/dev/null; } || true
  docker network ls -q --filter label=interlink.eu/node=quickstart | xargs -r docker network rm >/dev/null
  rm -rf "$run"
}
trap clean_up EXIT

say 'starting the plugin'
SOCKET="unix://$run/plugin.sock" DATADIR="$run/data" NODENAME=quickstart node dist/main.js serve 2>"$run/plugin.log" &
plugin=$!
for _ in $(seq 100); do
  [ -S "$run/plugin.sock" ] && break
  kill -0 "$plugin" 2>/dev/null || { cat "$run/plugin.log" >&2; die 'the plugin ended'; }
  sleep 0.1
done

say 'running examples/interlink-quickstart.yaml'
node dist/main.js submit -f examples/interlink-quickstart.yaml --url "unix://$run/plugin.sock" --follow \
  --arg main='sleep 3 && echo FINISHED!' --image-pull-policy IfNotPresent
say 'done: the pod was created, watched, its log read, and deleted. Next: README.md, "Beside a virtual node"'
[ -z "$started_engine_pid" ] || say "the Docker Engine keeps running (process $started_engine_pid)"
