/** A time as Kubernetes writes it: RFC 3339 in whole seconds, cut off as Go does. */
export function toTime(at: Date): string {
  return `${at.toISOString().slice(0, -'.000Z'.length)}Z`;
}

/** A duration as Go prints it, in whole seconds: `10s`, `1m20s`, `5m0s`. */
export function toDuration(ms: number): string {
  const seconds = Math.round(ms / 1000);
  return seconds < 60 ? `${seconds}s` : `${Math.floor(seconds / 60)}m${seconds % 60}s`;
}
