/** Where the helper of a pod's mesh keeps what it makes; in its own file system. */
const PLACE = '/tmp/interlink-mesh';

/** There once the script has done its work. */
export const MESH_READY = `${PLACE}/ready`;

/** The variable that brings the script; the shell that runs it takes it out of its environment. */
export const MESH_SCRIPT = 'INTERLINK_MESH_SCRIPT';

/**
 * interLink's scripts are made for batch systems: they make a network namespace of their own, with a user namespace around it, and
 * mount over the resolver's file. Here the namespace is there, and the file is the pod's: two commands stand in for those.
 */
const STAND_INS = `
cat > bin/unshare <<'EOF'
#!/bin/sh
while [ "\${1#-}" != "$1" ]; do shift; done
exec "$@"
EOF
cat > bin/mount <<'EOF'
#!/bin/sh
[ "$1" = --bind ] && [ -f "$2" ] && exec cp "$2" "$3"
exit 0
EOF
cat > bin/hold <<EOF
#!/bin/sh
: > ${MESH_READY}
while :; do sleep 3600; done
EOF
chmod +x bin/unshare bin/mount bin/hold`;

/** Runs the script of a pod, and stays: until what it left running has ended, or for ever where it left nothing. */
const RUN = `
trap 'exit 0' TERM
export TMPDIR=${PLACE}
mkdir -p "$TMPDIR/bin" && cd "$TMPDIR" || exit 1
[ -e /dev/net/tun ] || { mkdir -p /dev/net && mknod /dev/net/tun c 10 200; } 2>/dev/null
printf '%s\\n' "$${MESH_SCRIPT}" > script
unset ${MESH_SCRIPT}${STAND_INS}
export PATH="$TMPDIR/bin:$PATH"
. ./script
code=$?
set +e
rm -f script
[ "$code" = 0 ] || { echo "the mesh script failed with code $code" >&2; exit "$code"; }
if [ -f mesh.sh ]; then
  chmod +x mesh.sh
  ./mesh.sh "$TMPDIR/bin/hold" &
  wait $!
  code=$?
  echo "the mesh has ended with code $code" >&2
  [ "$code" = 0 ] && exit 1
  exit "$code"
fi
jobs -p > jobs
: > ready
if [ -s jobs ]; then
  wait
  echo "what the mesh script left running has ended" >&2
  exit 1
fi
while :; do sleep 3600 & wait $!; done`;

/** Words of the command that runs the script, by bash where the image has it: batch systems do. */
export const MESH_COMMAND: readonly string[] = ['sh', '-c', 'command -v bash >/dev/null 2>&1 && exec bash -c "$0"; exec sh -c "$0"', RUN];
