import { readdirSync, readFileSync } from 'node:fs';
import { parse } from 'yaml';
import { strayOf } from '../../support/setting-table.js';
import chart from '../../fixtures/interlink/chart-settings.json' with { type: 'json' };

const DIR = 'examples/deploy/helm';
const FILES = readdirSync(DIR);

interface Values {
  readonly nodeName: string;
  readonly interlink: { readonly enabled?: boolean; readonly address: string; readonly port: number };
  readonly plugin?: { readonly address: string; readonly port: number; readonly args?: readonly string[] };
  readonly extraVolumes?: readonly { readonly name: string }[];
}

const textOf = (file: string): string => readFileSync(`${DIR}/${file}`, 'utf8');
const valuesOf = (file: string): Values => parse(textOf(file)) as Values;

/** Every value below any key of this name. */
function below(value: unknown, key: string): readonly unknown[] {
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value as Record<string, unknown>).flatMap(([name, inner]) => [...(name === key ? [inner] : []), ...below(inner, key)]);
}

test('each layout has its values', () => {
  expect(FILES.sort()).toEqual(['edge-mtls.yaml', 'edge-oauth.yaml', 'in-cluster.yaml', 'tunnelled.yaml']);
});

describe.each(FILES)('%s', (file) => {
  const values = valuesOf(file);

  test('the chart has each setting, of that kind', () => {
    expect(strayOf(values, chart.values)).toEqual([]);
    expect(textOf(file)).toContain(`chart ${chart.chart}`);
  });

  test('says that it was not run', () => {
    expect(textOf(file)).toMatch(/Not run here: needs a cluster/);
  });

  test('names a release of every image', () => {
    const images = below(values, 'image');
    expect(images.filter((image) => !/:\d+\.\d+\.\d+(\.\d+)?$/.test(String(image)))).toEqual([]);
  });

  test('mounts volumes that are there', () => {
    const mounted = below(values, 'extraVolumeMounts').flatMap((mounts) => (mounts as readonly { readonly name: string }[]).map(({ name }) => name));
    expect(mounted).toEqual((values.extraVolumes ?? []).map(({ name }) => name));
  });

  test('the virtual kubelet reaches an API server: on the pod\'s loopback, or elsewhere by TLS', () => {
    expect(values.interlink.address).toMatch(values.interlink.enabled === true ? /^http:\/\/127\.0\.0\.1$/ : /^https:\/\//);
    // Whether it is the one that was meant: the chart's default trusts any.
    if (values.interlink.enabled !== true) expect(values).toMatchObject({ virtualNode: { HTTP: { insecure: false } } });
  });

  test('an API server in the pod has a plugin that it can call', () => {
    if (values.interlink.enabled === true) expect(values.plugin).toMatchObject({ address: 'http://127.0.0.1', port: 4000 });
    else expect(values.plugin).toBeUndefined();
  });
});

test('strayOf finds what a chart would not read', () => {
  const table = { a: 'string', 'b.c': 'integer' };
  expect(strayOf({ a: 'x', b: { c: 1 } }, table)).toEqual([]);
  expect(strayOf({ a: 1, b: { c: '1', d: true } }, table)).toEqual(['a: integer, and not string', 'b.c: string, and not integer', 'b.d: no such setting']);
});

test('the tunnel may open the port that the API server calls, and nothing else', () => {
  const key = (parse(textOf('tunnelled.yaml')) as { sshBastion: { clientKeys: { authorizedKeys: string } } }).sshBastion.clientKeys.authorizedKeys;
  expect(key).toMatch(/^restrict,port-forwarding,permitlisten="127\.0\.0\.1:4000" /);
});
