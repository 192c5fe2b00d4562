/** The page's only style; its hash is in the page's Content-Security-Policy. */
export const DOCS_STYLE = `
body { font: 16px/1.5 system-ui, sans-serif; max-width: 60rem; margin: 2rem auto; padding: 0 1rem; color-scheme: light dark; }
h2 { border-top: 1px solid; padding-top: 1rem; }
code, pre { font: 14px/1.4 ui-monospace, monospace; }
pre { overflow-x: auto; }
p { white-space: pre-line; }
`;

/** As much of an OpenAPI document as the page shows. */
interface ShownDocument {
  readonly info: { readonly title: string; readonly version: string; readonly description: string };
  readonly paths: Readonly<Record<string, Readonly<Record<string, ShownOperation>>>>;
  readonly components: { readonly schemas: Readonly<Record<string, unknown>> };
}

interface ShownOperation {
  readonly summary: string;
  readonly description?: string;
  readonly requestBody?: unknown;
  readonly responses: Readonly<Record<string, unknown>>;
}

/** One HTML page made from an OpenAPI document: its calls, then its schemas. */
export function toDocsPage({ info, paths, components }: ShownDocument): string {
  const calls = Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => toCallSection(`${method.toUpperCase()} ${path}`, operation)),
  );
  const schemas = Object.entries(components.schemas).map(([name, schema]) => toDetails(name, schema));
  return `<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>${escape(info.title)}</title><style>${DOCS_STYLE}</style></head>
<body>
<h1>${escape(info.title)} ${escape(info.version)}</h1>
<p>${escape(info.description)}</p>
<p>The whole document: <a href="openapi.json">openapi.json</a></p>
${calls.join('\n')}
<h2>Schemas</h2>
${schemas.join('\n')}
</body>
</html>
`;
}

function toCallSection(title: string, { summary, description, requestBody, responses }: ShownOperation): string {
  const details = [requestBody === undefined ? '' : toDetails('Request', requestBody), toDetails('Answers', responses)];
  return `<h2><code>${escape(title)}</code></h2>\n<p>${escape(summary)}.\n${escape(description ?? '')}</p>\n${details.join('\n')}`;
}

function toDetails(title: string, content: unknown): string {
  return `<details><summary>${escape(title)}</summary><pre>${escape(JSON.stringify(content, null, 2))}</pre></details>`;
}

function escape(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');
}
