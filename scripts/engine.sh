# Sourced by quickstart.sh and test.sh: finds a Docker Engine, or installs and starts the distribution's own.
# An engine that answers is never touched. Sets started_engine_pid when it started one by hand.

started_engine_pid=

say() { printf '\n==> %s\n' "$*" >&2; }
die() { printf '%s\n' "$*" >&2; exit 1; }

engine_answers() {
  command -v docker >/dev/null && timeout 10 docker version --format '{{.Server.Version}}' >/dev/null 2>&1
}

# install PACKAGE...: those that are missing, from the distribution.
install() {
  local missing=() package
  for package in "$@"; do
    dpkg-query -W -f='${Status}' "$package" 2>/dev/null | grep -q 'ok installed' || missing+=("$package")
  done
  [ ${#missing[@]} -eq 0 ] && return
  [ "$(id -u)" = 0 ] || die "missing packages: ${missing[*]} (not root, so they cannot be installed here)"
  command -v apt-get >/dev/null || die "missing packages: ${missing[*]} (no apt-get here)"
  say "installing ${missing[*]}"
  apt-get update -qq >&2
  DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${missing[@]}" >/dev/null
}

# The registry that tests start themselves; where the package starts one of its own, that one is not wanted.
install_registry() {
  command -v docker-registry >/dev/null && return
  install docker-registry
  [ ! -d /run/systemd/system ] || systemctl disable --now docker-registry >&2
}

ensure_engine() {
  if engine_answers; then
    say "using the Docker Engine $(docker version --format '{{.Server.Version}}')"
    return
  fi
  [ -z "${DOCKER_HOST:-}" ] || die "the Docker Engine at DOCKER_HOST=$DOCKER_HOST does not answer"
  install docker.io iptables ca-certificates
  engine_answers || start_engine
  say "started the Docker Engine $(docker version --format '{{.Server.Version}}')"
}

start_engine() {
  if [ -d /run/systemd/system ]; then
    systemctl start docker
  else
    local log=${TMPDIR:-/tmp}/interlink-docker-engine.log pidfile=/var/run/docker.pid
    # A process id left by an engine that was killed may be somebody else's by now.
    if [ -s $pidfile ] && [ "$(cat "/proc/$(cat $pidfile)/comm" 2>/dev/null)" != dockerd ]; then rm -f $pidfile; fi
    setsid dockerd >"$log" 2>&1 </dev/null &
    started_engine_pid=$!
  fi
  for _ in $(seq 120); do
    engine_answers && return
    if [ -n "$started_engine_pid" ] && ! kill -0 "$started_engine_pid" 2>/dev/null; then
      tail -20 "$log" >&2
      die "dockerd ended; its log is $log"
    fi
    sleep 0.5
  done
  die "the Docker Engine does not answer after 60 s"
}

# Ends the engine that ensure_engine started by hand, and no other.
stop_started_engine() {
  [ -n "$started_engine_pid" ] || return 0
  kill "$started_engine_pid" 2>/dev/null || return 0
  wait "$started_engine_pid" 2>/dev/null || true
}

# ensure_busybox NAME: pulled, or where no registry can be reached made of the distribution's busybox-static.
ensure_busybox() {
  docker image inspect "$1" >/dev/null 2>&1 && return
  timeout 120 docker pull -q "$1" >/dev/null 2>&1 && return
  say "no registry has $1 for us: importing the distribution's busybox-static under that name"
  install busybox-static
  local root applet
  root=$(mktemp -d)
  mkdir -p "$root/bin" "$root/tmp" "$root/etc"
  chmod 1777 "$root/tmp"
  cp "$(command -v busybox)" "$root/bin/busybox"
  for applet in $("$root/bin/busybox" --list); do ln -sf busybox "$root/bin/$applet"; done
  rm "$root/bin/busybox" && cp "$(command -v busybox)" "$root/bin/busybox"
  echo 'root:x:0:0:root:/root:/bin/sh' >"$root/etc/passwd"
  tar -C "$root" -c . | docker import -c 'CMD ["sh"]' -c 'ENV PATH=/bin' - "$1" >/dev/null
  rm -rf "$root"
}
