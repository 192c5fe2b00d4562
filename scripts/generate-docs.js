/** Writes what of the documents is made from the code: docs/pod-fields.md, the metrics of docs/observability.md, and in the README settings and counts. Wants `tsc -p tsconfig.docs.json`. */
import { writeFile } from 'node:fs/promises';
import { URL } from 'node:url';
import { docsTable } from '../build/src/config/index.js';
import { metricsTable } from '../build/test/support/metrics-page.js';
import { fieldsCount, fieldsPage } from '../build/test/support/pod-fields-page.js';
import { replacePart } from './replace-part.js';

const ROOT = new URL('../', import.meta.url);

await replacePart('README.md', 'settings', docsTable());
await replacePart('README.md', 'fields', fieldsCount());
await replacePart('docs/observability.md', 'metrics', await metricsTable());
await writeFile(new URL('docs/pod-fields.md', ROOT), fieldsPage());
