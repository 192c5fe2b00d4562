/** Shell scripts that test pods run. */

/** Ends as soon as it is asked to, with this code; until then it does nothing. */
export function untilTerm(exitCode: number): string {
  return `trap 'exit ${exitCode}' TERM; while :; do sleep 0.1; done`;
}

/** The same, by a program that costs nothing meanwhile: for many at once, and for being paused. */
export function restUntilTerm(exitCode: number): string {
  return `trap 'exit ${exitCode}' TERM; sleep 1000000 & wait`;
}

/** Says its IPv4 address on the pod's network, or `none`. The test image's own resolver cannot be asked. */
export const SAY_ADDRESS = "ip -4 -o addr show dev eth0 2>/dev/null | awk '{ split($4, a, \"/\"); print a[1]; n++ } END { if (!n) print \"none\" }'";
