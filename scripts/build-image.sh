#!/usr/bin/env bash
# npm run image [-- NAME]: builds the plugin's image (default interlink-docker:VERSION). BASE is the image it stands on; where no registry has
# it, one is imported as LOCAL_BASE, made of this machine's Node and C library, busybox-static, and npm from its registry.
set -euo pipefail
cd "$(dirname "$0")/.."
. scripts/engine.sh

base=${BASE:-$(sed -n 's/^ARG BASE=//p' Dockerfile)}
local_base=${LOCAL_BASE:-interlink-docker-base:local}
npm_version=11.19.1
version=$(sed -n 's/^  "version": "\(.*\)",$/\1/p' package.json)
name=${1:-interlink-docker:$version}
revision=$(git rev-parse HEAD 2>/dev/null || echo unknown)

# The Node of npm scripts, whatever runs this.
here_node() {
  if [ -x node_modules/.bin/node ]; then readlink -f node_modules/.bin/node; else readlink -f "$(command -v node)"; fi
}

# import_base NAME
import_base() {
  local node root file applet
  install busybox-static
  node=$(here_node)
  root=$(mktemp -d)
  mkdir -p "$root"/{bin,etc,run,tmp,var,usr/bin,usr/local/bin,etc/ssl/certs,home/node}
  chmod 1777 "$root/tmp"
  cp "$node" "$root/usr/local/bin/node"
  # The loader and the libraries, where the program looks for them.
  for file in $(ldd "$node" | grep -o '/[^ ]*'); do cp -L --parents "$file" "$root"; done
  cp /bin/busybox "$root/bin/busybox"
  for applet in $(/bin/busybox --list); do [ "$applet" = busybox ] || ln -s busybox "$root/bin/$applet"; done
  ln -s ../../bin/busybox "$root/usr/bin/env"
  printf 'root:x:0:0:root:/root:/bin/sh\nnode:x:1000:1000:node:/home/node:/bin/sh\n' >"$root/etc/passwd"
  printf 'root:x:0:\nnode:x:1000:\n' >"$root/etc/group"
  [ ! -f /etc/ssl/certs/ca-certificates.crt ] || cp -L /etc/ssl/certs/ca-certificates.crt "$root/etc/ssl/certs/"
  npm install --silent --global --prefix "$root/usr/local" "npm@$npm_version" >&2
  tar -C "$root" --owner=0 --group=0 -c . \
    | docker import -c 'ENV PATH=/usr/local/bin:/usr/bin:/bin NODE_EXTRA_CA_CERTS=/etc/ssl/certs/ca-certificates.crt' -c 'CMD ["node"]' - "$1" >/dev/null
  rm -rf "$root"
}

if ! docker image inspect "$base" >/dev/null 2>&1 && ! timeout 300 docker pull -q "$base" >/dev/null 2>&1; then
  say "no registry has $base for us: importing $local_base from this machine"
  import_base "$local_base"
  base=$local_base
fi
# The host's network, as a registry may be reachable from there alone; a build that fails leaves no container.
build=(docker build --force-rm --network host --build-arg "BASE=$base" --build-arg "VERSION=$version" --build-arg "REVISION=$revision")
# The build stage has a name while it is needed: removed by it, nothing of that stage stays.
stage=$name-build
"${build[@]}" --target build -t "$stage" . >&2
trap 'docker image rm "$stage" >/dev/null' EXIT
"${build[@]}" -t "$name" . >&2
echo "$name on $base: $(docker image inspect --format '{{.Size}}' "$name" | awk '{printf "%d MB", $1 / 1e6}')"
