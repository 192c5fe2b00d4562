import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { askHelper, type HelperAnswer } from '../../../../src/docker/images/credential-helper.js';
import { CredentialHelpers } from '../../../support/credential-helpers.js';
import { eventually } from '../../../support/eventually.js';
import { commandLine } from '../../../support/host-cleanup.js';

let helpers: CredentialHelpers;
beforeEach(() => {
  helpers = new CredentialHelpers();
});
afterEach(() => helpers.remove());

const ask = (timeoutMs?: number): Promise<HelperAnswer> => askHelper('test', 'r.io:5000', { env: helpers.env, ...(timeoutMs !== undefined && { timeoutMs }) });

test('is asked for one registry, by its standard input, and for nothing else', async () => {
  helpers.add('test', `echo "$#$1 $(cat)" > ${helpers.directory}/asked; echo '{"ServerURL":"x","Username":"me","Secret":"pass"}'`);
  expect(await ask()).toEqual({ kind: 'login', login: { username: 'me', password: 'pass' } });
  expect(readFileSync(join(helpers.directory, 'asked'), 'utf8')).toBe('1get r.io:5000\n');
});

test.each<[name: string, script: string, answer: HelperAnswer]>([
  ['a token', `echo '{"Username":"<token>","Secret":"t"}'`, { kind: 'login', login: { identityToken: 't' } }],
  ['nothing for this registry', 'echo "credentials not found in native keychain"; exit 1', { kind: 'none' }],
  ['an empty login', `echo '{"Username":"","Secret":""}'`, { kind: 'none' }],
  ['a failure', 'echo "the secret is s3cr3t"; exit 3', { kind: 'failed', why: 'it ended with exit code 3' }],
  ['no JSON', 'echo s3cr3t', { kind: 'failed', why: 'its answer is not JSON' }],
  ['something else', `echo '{"Username":5}'`, { kind: 'failed', why: 'its answer has no Username and Secret' }],
  ['null', 'echo null', { kind: 'failed', why: 'its answer is not JSON' }],
  ['an end by a signal', 'kill -9 $$', { kind: 'failed', why: 'it was ended by SIGKILL' }],
  ['no end to its answer', 'while :; do echo s3cr3t; done', { kind: 'failed', why: 'its answer is too long' }],
  ['no look at its input', `exec 0<&-; echo '{"Username":"me","Secret":"p"}'`, { kind: 'login', login: { username: 'me', password: 'p' } }],
])('%s', async (_name, script, answer) => {
  helpers.add('test', script);
  expect(await ask()).toEqual(answer);
});

test('one that is not there is named', async () => {
  expect(await ask()).toEqual({ kind: 'failed', why: 'there is no docker-credential-test on the PATH' });
});

test.each(['../../bin/sh', 'a b', '', '-x', 'x;rm', '$(id)'])('%p is no helper, and is not run', async (name) => {
  expect(await askHelper(name, 'r.io', { env: helpers.env })).toEqual({ kind: 'failed', why: 'its name is none of a program' });
});

test('one that hangs is killed, with what it has started', async () => {
  const pidFile = join(helpers.directory, 'child');
  helpers.add('test', `sleep 600 & echo $! > ${pidFile}; wait`);
  const answer = ask(500);
  expect(await answer).toEqual({ kind: 'failed', why: 'it did not answer in 0.5 s' });
  expect(existsSync(pidFile)).toBe(true);
  const pid = Number(readFileSync(pidFile, 'utf8'));
  await eventually(() => !commandLine(pid).includes('sleep'));
});
