#!/usr/bin/env node
// Must load on any Node: it imports nothing but node's own modules until it knows which one it runs under.
import { spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { setFlagsFromString } from 'node:v8';

/**
 * The space for young objects grows while the program is loaded, and never shrinks: 50 MiB resident that what comes after does not need.
 * Its largest size can be set before a process starts, its growth also in it.
 */
const KEEP_YOUNG_SPACE_SMALL = '--semi-space-growth-factor=1';
/** Old objects are looked through when they have grown by so much: the garbage of pods that came at once goes soon. */
const COLLECT_SOON = '--heap-growing-percent=20';
const NEEDED = [22, 19] as const;
/** Set for the second run, so that a wrong Node in the checkout cannot start itself for ever. */
const SECOND_RUN = 'INTERLINK_DOCKER_SECOND_RUN';

if (isNewEnough(process.versions.node)) {
  await runHere();
} else {
  runUnderNewerNode();
}

function isNewEnough(version: string): boolean {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  return major > NEEDED[0] || (major === NEEDED[0] && minor >= NEEDED[1]);
}

async function runHere(): Promise<void> {
  for (const flag of [KEEP_YOUNG_SPACE_SMALL, COLLECT_SOON]) setFlagsFromString(flag);
  const { version } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')) as { version: string };
  const { runProgram } = await import('./commands/program.js');
  await runProgram(process.argv, version);
}

/** A checkout brings a Node of its own; the published package does not. */
function runUnderNewerNode(): void {
  const node = fileURLToPath(new URL('../node_modules/.bin/node', import.meta.url));
  if (process.env[SECOND_RUN] !== undefined || !existsSync(node)) {
    process.stderr.write(`interlink-docker needs Node ${NEEDED.join('.')} or newer; this is ${process.versions.node}\n`);
    process.exitCode = 1;
    return;
  }
  const args = [fileURLToPath(import.meta.url), ...process.argv.slice(2)];
  const child = spawn(node, args, { stdio: 'inherit', env: { ...process.env, [SECOND_RUN]: '1' } });
  for (const signal of ['SIGTERM', 'SIGHUP', 'SIGINT'] as const) {
    process.on(signal, () => {
      // A terminal sends Ctrl-C to both processes itself; passed on as well, it would count as a second one.
      if (signal !== 'SIGINT' || !process.stdin.isTTY) child.kill(signal);
    });
  }
  child.on('error', (error) => {
    process.stderr.write(`interlink-docker: cannot start ${node}: ${error.message}\n`);
    process.exitCode = 1;
  });
  child.on('exit', (code, signal) => {
    if (signal === null) {
      process.exitCode = code ?? 1;
      return;
    }
    process.removeAllListeners(signal);
    process.kill(process.pid, signal);
  });
}
