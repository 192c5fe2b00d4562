/** A duration as Go prints it, in whole milliseconds: `350ms`, `1.2s`, `1m2.5s`, `1h0m5s`. */
export function toGoDuration(ms: number): string {
  const whole = Math.max(Math.trunc(ms), 0);
  if (whole === 0) return '0s';
  if (whole < 1000) return `${whole}ms`;
  const minutes = Math.floor(whole / 60_000);
  const seconds = `${(whole % 60_000) / 1000}s`;
  if (minutes === 0) return seconds;
  return minutes < 60 ? `${minutes}m${seconds}` : `${Math.floor(minutes / 60)}h${minutes % 60}m${seconds}`;
}
