import { signalNumber } from '../../../src/kube/index.js';

test.each<[name: string, number: number | undefined]>([
  ['SIGTERM', 15],
  ['TERM', 15],
  ['SIGKILL', 9],
  ['SIGUSR1', 10],
  ['SIGWINCH', 28],
  ['SIGPOLL', 29],
  ['SIGSYS', 31],
  ['SIGRTMIN', 34],
  ['SIGRTMIN+3', 37],
  ['SIGRTMIN+15', 49],
  ['SIGRTMAX-14', 50],
  ['SIGRTMAX', 64],
  ['SIGRTMIN+16', undefined],
  ['SIGRTMAX-', undefined],
  ['SIGRTMIN-1', undefined],
  ['SIGNOTHING', undefined],
  ['SIG', undefined],
  ['', undefined],
  ['constructor', undefined],
])('%s is %s', (name, number) => {
  expect(signalNumber(name)).toBe(number);
});
