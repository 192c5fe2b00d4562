import { TEST_IMAGE } from './busybox.js';
import { call, type Endpoint } from './endpoint.js';
import { uniqueNode } from './engine-under-test.js';

/** An image of a test's own. */
export interface MadeImage {
  readonly name: string;
  remove(): Promise<void>;
}

/**
 * Busybox after `script` has run in it, with changes as a Dockerfile writes them (`USER 1000`).
 * @param imageConfig what no such change can say
 */
export async function makeImage(endpoint: Endpoint, script: string, changes: readonly string[], imageConfig: Readonly<Record<string, unknown>> = {}): Promise<MadeImage> {
  const name = `interlink-docker-test/${uniqueNode('made')}`;
  const config = { Image: TEST_IMAGE, Cmd: ['sh', '-c', script], HostConfig: { NetworkMode: 'none' } };
  const { Id } = (await call(endpoint, 'POST', '/containers/create', { body: config })).json() as { Id: string };
  try {
    await call(endpoint, 'POST', `/containers/${Id}/start`);
    const { StatusCode } = (await call(endpoint, 'POST', `/containers/${Id}/wait`)).json() as { StatusCode: number };
    const query = new URLSearchParams({ container: Id, repo: name, tag: '1' });
    for (const change of changes) query.append('changes', change);
    const made = await call(endpoint, 'POST', `/commit?${query.toString()}`, { body: imageConfig });
    if (StatusCode !== 0 || made.status !== 201) throw new Error(`cannot make ${name}: ${StatusCode} ${made.text}`);
  } finally {
    await call(endpoint, 'DELETE', `/containers/${Id}?force=1`);
  }
  return { name: `${name}:1`, remove: async () => void (await call(endpoint, 'DELETE', `/images/${name}:1?force=1`)) };
}
