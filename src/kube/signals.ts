/** Linux signals by name, without the `SIG`. On every architecture that engines run on, but MIPS. */
const NUMBERS: Readonly<Record<string, number>> = {
  HUP: 1, INT: 2, QUIT: 3, ILL: 4, TRAP: 5, ABRT: 6, IOT: 6, BUS: 7, FPE: 8, KILL: 9, USR1: 10, SEGV: 11, USR2: 12, PIPE: 13, ALRM: 14,
  TERM: 15, STKFLT: 16, CHLD: 17, CLD: 17, CONT: 18, STOP: 19, TSTP: 20, TTIN: 21, TTOU: 22, URG: 23, XCPU: 24, XFSZ: 25, VTALRM: 26,
  PROF: 27, WINCH: 28, IO: 29, POLL: 29, PWR: 30, SYS: 31, RTMIN: 34, RTMAX: 64,
};
/** Name of a signal by its number, with `SIG`; `undefined`: it has none of its own. */
export function signalName(signal: number): string | undefined {
  const name = Object.keys(NUMBERS).find((candidate) => NUMBERS[candidate] === signal);
  return name && `SIG${name}`;
}

const REAL_TIME = /^(RTMIN\+|RTMAX-)(\d+)$/;
const HALF_OF_REAL_TIME = 15;

/** Number of a signal by its name, with or without `SIG`: `SIGTERM`, `USR1`, `SIGRTMIN+3`. `undefined`: there is none. */
export function signalNumber(name: string): number | undefined {
  const short = name.replace(/^SIG/, '');
  const [, base, offset = ''] = REAL_TIME.exec(short) ?? [];
  if (base === undefined) return Object.hasOwn(NUMBERS, short) ? NUMBERS[short] : undefined;
  if (Number(offset) > HALF_OF_REAL_TIME) return undefined;
  return base === 'RTMIN+' ? 34 + Number(offset) : 64 - Number(offset);
}
