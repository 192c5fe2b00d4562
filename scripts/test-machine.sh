# Sourced by test.sh and reliability.sh: sets up what tests need where it is missing.

. scripts/engine.sh

ready_for_tests() {
  if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then install gcc gcc-aarch64-linux-gnu libc6-dev busybox-static iproute2 openssl openssh-client curl socat systemd docker-compose; install_registry; fi
  ensure_engine
  npm run -s build
}
