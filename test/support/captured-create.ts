import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { CreateBody } from '../../src/caller/index.js';

const FOLDER = 'test/fixtures/wire';

/** Parts of the captured text that are to be others, such as an image that is not to be had here. */
export type Replacements = Readonly<Record<string, string>>;

/**
 * A /create body of the real interLink under a UID of its own. Images are taken as the engine has them; there is no registry.
 * @throws Error when something to be replaced is not in it
 */
export function capturedCreate(name: string, replacements: Replacements = {}): CreateBody {
  const text = readFileSync(join(FOLDER, `create-${name}.request.json`), 'utf8');
  const { uid } = (JSON.parse(text) as CreateBody).pod.metadata;
  const changes = { ...replacements, [uid]: randomUUID() };
  const changed = Object.entries(changes).reduce((body, [from, to]) => {
    if (!body.includes(from)) throw new Error(`${name} does not hold ${from}`);
    return body.replaceAll(from, () => to);
  }, text);
  return JSON.parse(changed) as CreateBody;
}

/** For images that are imported, not pulled. */
export const NO_PULL: Replacements = { '"imagePullPolicy": "Always"': '"imagePullPolicy": "IfNotPresent"' };
