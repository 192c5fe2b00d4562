import { actsBeside, type LoggedCall } from '../../support/call-logs.js';

const made = (by: string, method: string, path: string, begun: number, answered: number | undefined, status: number | undefined = 204): LoggedCall => ({ by, method, path, begun, answered, status });
const CLAIM = '/containers/claim';
const beside = (...calls: LoggedCall[]): readonly string[] => actsBeside(calls, 'old', 'new', (path) => path.startsWith(CLAIM)).map(({ path }) => path);

const FIRST = made('new', 'POST', '/containers/a/start', 10, 11);

test('what the earlier one did before the first act of the later one is its own', () => {
  expect(beside(made('old', 'POST', '/containers/b/start', 1, 2), made('old', 'DELETE', '/containers/c', 8, 9), FIRST)).toEqual([]);
});

test.each<[what: string, call: LoggedCall]>([
  ['begun after it', made('old', 'POST', '/containers/b/start', 12, 13)],
  ['begun before it and carried out after it', made('old', 'POST', '/containers/b/start', 9, 12)],
  ['never answered', made('old', 'POST', '/containers/create', 9, undefined, undefined)],
])('a planted act of the earlier one is found: %s', (_what, call) => {
  expect(beside(FIRST, call)).toEqual([call.path]);
});

test.each<[what: string, call: LoggedCall]>([
  ['refused, as the name is taken', made('old', 'POST', '/containers/create', 12, 13, 409)],
  ['of something that was so already', made('old', 'POST', '/containers/a/start', 12, 13, 304)],
  ['a look', made('old', 'GET', '/containers/a/json', 12, 13, 200)],
  ['a wait', made('old', 'POST', '/containers/a/wait', 12, 13, 200)],
  ['a stop that was begun before, and lasts', made('old', 'POST', '/containers/a/stop', 9, 30)],
  ['its own claim', made('old', 'DELETE', `${CLAIM}1`, 12, 13)],
])('is no act beside: %s', (_what, call) => {
  expect(beside(FIRST, call)).toEqual([]);
});

test('a later one that has only claimed has not acted yet', () => {
  expect(beside(made('new', 'POST', `${CLAIM}?name=x`, 1, 2), made('old', 'POST', '/containers/b/start', 3, 4))).toEqual([]);
});
