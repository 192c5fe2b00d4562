/**
 * Writes what `src/wire` knows of the API document: its TypeScript types, and the document itself as a constant, so that
 * nothing is read from disk at run time. With `--check` writes nothing, names the stale files and exits 1.
 */
import { readFile, writeFile } from 'node:fs/promises';
import { fileURLToPath, URL } from 'node:url';
import openapiTS, { astToString } from 'openapi-typescript';
import { parse } from 'yaml';

const ROOT = new URL('../', import.meta.url);
const DOCUMENT = 'api-spec/interlink-plugin.yaml';
const HEADER = `// Generated from ${DOCUMENT} by \`npm run generate\`. Change that file, not this one.\n\n`;

/** File name → content, both as they should be. */
async function generate() {
  const document = parse(await readFile(new URL(DOCUMENT, ROOT), 'utf8'));
  const json = JSON.stringify(document, null, 2);
  const types = astToString(await openapiTS(json, { immutable: true }));
  return new Map([
    ['src/wire/plugin-api.generated.ts', HEADER + types],
    ['src/wire/document.generated.ts', `${HEADER}/** The OpenAPI document of the plugin API. */\nexport const PLUGIN_API_DOCUMENT = ${json} as const;\n`],
  ]);
}

async function isStale(file, content) {
  const present = await readFile(new URL(file, ROOT), 'utf8').catch((error) => {
    if (error.code === 'ENOENT') return undefined;
    throw error;
  });
  return present !== content;
}

const checkOnly = process.argv.includes('--check');
for (const [file, content] of await generate()) {
  if (!(await isStale(file, content))) continue;
  if (checkOnly) {
    console.error(`${file} is stale: run npm run generate`);
    process.exitCode = 1;
  } else {
    await writeFile(fileURLToPath(new URL(file, ROOT)), content);
    console.log(`wrote ${file}`);
  }
}
