import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, normalize, relative } from 'node:path';
import ts from 'typescript';

/** Rooms open to every other. */
const OPEN = ['errors', 'log', 'clock', 'telemetry'];
/** The package's doors. They gather what rooms export; no room imports them. */
const DOORS = ['main', 'sdk', 'testing', 'client'];

const PURE_DOCKER = ['docker/spec', 'docker/status', 'docker/admission', 'docker/decide', 'docker/environment'];
const DOCKER_ROOMS = ['docker/node', 'docker/record', 'docker/cache', 'docker/sandbox', 'docker/network', 'docker/ledger', 'docker/images', 'docker/volumes', 'docker/logs', 'docker/events', 'docker/journal', 'docker/messages', 'docker/probes', 'docker/secrets'];
const FOR_DOCKER_ROOMS = ['provider', 'kube', 'wire', 'engine', ...PURE_DOCKER, ...DOCKER_ROOMS];

/** Who may import whom. A room that is not named here may not exist. */
const MAY_IMPORT: Readonly<Record<string, readonly string[]>> = {
  kube: [],
  wire: ['kube'],
  provider: ['kube', 'wire'],
  containers: ['provider', 'wire', 'kube'],
  api: ['provider', 'wire', 'kube'],
  engine: [],
  config: [],
  tracing: [],
  caller: ['wire', 'kube'],
  conformance: ['caller', 'wire', 'kube'],
  // The author of a plugin has them by the door `testing`; no other room does.
  fakes: ['containers', 'conformance', 'provider', 'kube'],
  cli: ['caller', 'kube'],
  // Of the record's room the pure ones use names, labels and shapes.
  ...Object.fromEntries(PURE_DOCKER.map((room) => [room, ['kube', 'wire', 'docker/node', 'docker/record', 'engine']])),
  ...Object.fromEntries(DOCKER_ROOMS.map((room) => [room, FOR_DOCKER_ROOMS])),
  'docker/pods': FOR_DOCKER_ROOMS,
  // A status is made of the same readings of a pod as a decision: each rule lives once.
  'docker/status': ['kube', 'wire', 'docker/node', 'docker/record', 'docker/decide', 'engine'],
  docker: [...FOR_DOCKER_ROOMS, 'docker/pods'],
  commands: ['kube', 'wire', 'provider', 'api', 'engine', 'config', 'tracing', 'caller', 'cli', 'conformance', 'docker', 'docker/journal', 'docker/node', 'docker/secrets'],
};

/** Rooms that only lend types to the pure ones. */
const TYPES_ONLY: Readonly<Record<string, readonly string[]>> = Object.fromEntries(PURE_DOCKER.map((room) => [room, ['engine']]));

/** Packages and node modules that belong to one room alone. */
const BELONGS_TO: Readonly<Record<string, readonly string[]>> = {
  dockerode: ['engine'],
  express: ['api'],
  'express-openapi-validator': ['api'],
  ajv: ['api'],
  winston: ['log'],
  'prom-client': ['api'],
  '@grpc/grpc-js': ['tracing'],
  '@opentelemetry/api': ['tracing'],
  '@opentelemetry/exporter-trace-otlp-grpc': ['tracing'],
  '@opentelemetry/resources': ['tracing'],
  '@opentelemetry/sdk-trace': ['tracing'],
  commander: ['commands'],
};

const NO_IO = ['kube', 'wire', 'provider', ...PURE_DOCKER];

interface Import {
  readonly file: string;
  readonly from: string;
  readonly typeOnly: boolean;
}

const SRC = join(process.cwd(), 'src');
const files = readdirSync(SRC, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.ts'));

function importsOf(file: string): Import[] {
  const source = ts.createSourceFile(file, readFileSync(join(SRC, file), 'utf8'), ts.ScriptTarget.Latest);
  const found: Import[] = [];
  const visit = (node: ts.Node): void => {
    if ((ts.isImportDeclaration(node) || ts.isExportDeclaration(node)) && node.moduleSpecifier && ts.isStringLiteral(node.moduleSpecifier)) {
      found.push({ file, from: node.moduleSpecifier.text, typeOnly: isTypeOnly(node) });
    }
    if (ts.isCallExpression(node) && node.expression.kind === ts.SyntaxKind.ImportKeyword) {
      const [target] = node.arguments;
      if (target && ts.isStringLiteral(target)) found.push({ file, from: target.text, typeOnly: false });
    }
    ts.forEachChild(node, visit);
  };
  visit(source);
  return found;
}

function isTypeOnly(node: ts.ImportDeclaration | ts.ExportDeclaration): boolean {
  if (ts.isExportDeclaration(node)) return node.isTypeOnly;
  const clause = node.importClause;
  if (clause === undefined) return false;
  const named = clause.namedBindings;
  const allNamedAreTypes = clause.name === undefined && named !== undefined && ts.isNamedImports(named) && named.elements.every((element) => element.isTypeOnly);
  return clause.phaseModifier === ts.SyntaxKind.TypeKeyword || allNamedAreTypes;
}

/** Room of a path below src: `docker/spec`, `api`, `errors`. */
function roomOf(path: string): string {
  const [first = '', second = ''] = path.split('/');
  if (first === 'docker' && path.split('/').length > 2) return `docker/${second}`;
  return path.includes('/') ? first : first.replace(/\.ts$/, '');
}

const all = files.flatMap(importsOf);
const internal = all
  .filter(({ from }) => from.startsWith('.'))
  .map((one) => ({ ...one, target: normalize(join(dirname(one.file), one.from)).replace(/\.js$/, '.ts') }))
  .map((one) => ({ ...one, room: roomOf(one.file), targetRoom: roomOf(one.target) }))
  .filter(({ room, targetRoom }) => room !== targetRoom);
const external = all.filter(({ from }) => !from.startsWith('.')).map((one) => ({ ...one, room: roomOf(one.file) }));

test('every room is in the table', () => {
  const rooms = new Set(files.map(roomOf));
  expect([...rooms].filter((room) => !(room in MAY_IMPORT) && !OPEN.includes(room) && !DOORS.includes(room))).toEqual([]);
});

test('rooms import only whom the table allows', () => {
  const wrong = internal.filter(({ room, targetRoom }) => !DOORS.includes(room) && !OPEN.includes(targetRoom) && !(MAY_IMPORT[room] ?? []).includes(targetRoom));
  expect(wrong.map(({ file, from }) => `${file} imports ${from}`)).toEqual([]);
});

test('open rooms stand on nothing but each other', () => {
  const wrong = internal.filter(({ room, targetRoom }) => OPEN.includes(room) && !OPEN.includes(targetRoom));
  expect(wrong.map(({ file, from }) => `${file} imports ${from}`)).toEqual([]);
});

test('rooms are entered by their index', () => {
  const wrong = internal.filter(({ target, targetRoom }) => !OPEN.includes(targetRoom) && target !== `${targetRoom}/index.ts`);
  // main reads no index: it must not load anything before it has looked at the Node it runs under.
  expect(wrong.filter(({ room }) => room !== 'main').map(({ file, from }) => `${file} imports ${from}`)).toEqual([]);
});

test('pure rooms take only types where the table says so', () => {
  const wrong = internal.filter(({ room, targetRoom, typeOnly }) => TYPES_ONLY[room]?.includes(targetRoom) && !typeOnly);
  expect(wrong.map(({ file, from }) => `${file} imports values of ${from}`)).toEqual([]);
});

test('no cycle between rooms', () => {
  const edges = new Map<string, Set<string>>();
  for (const { room, targetRoom } of internal) edges.set(room, (edges.get(room) ?? new Set()).add(targetRoom));
  const cycles: string[] = [];
  const walk = (room: string, path: readonly string[]): void => {
    if (path.includes(room)) return void cycles.push([...path.slice(path.indexOf(room)), room].join(' → '));
    for (const next of edges.get(room) ?? []) walk(next, [...path, room]);
  };
  for (const room of edges.keys()) walk(room, []);
  expect([...new Set(cycles)]).toEqual([]);
});

test('packages stay in their rooms', () => {
  const wrong = external.filter(({ from, room }) => BELONGS_TO[from] !== undefined && !BELONGS_TO[from].includes(room));
  expect(wrong.map(({ file, from }) => `${file} imports ${from}`)).toEqual([]);
});

test('pure rooms do no I/O', () => {
  const io = /^node:(fs|net|http|https|child_process|dgram|tls|timers|process)/;
  expect(external.filter(({ from, room, typeOnly }) => NO_IO.includes(room) && io.test(from) && !typeOnly).map(({ file, from }) => `${file} imports ${from}`)).toEqual([]);
});

test('decisions have no clock and no chance of their own', () => {
  const wrong = files
    .filter((file) => ['docker/decide', 'docker/status', 'docker/spec', 'docker/admission', 'docker/environment', 'kube'].includes(roomOf(file)))
    .filter((file) => /Date\.now\(|new Date\(\)|Math\.random\(|setTimeout\(/.test(readFileSync(join(SRC, file), 'utf8')));
  expect(wrong).toEqual([]);
});

test('only config and the doors read the process environment', () => {
  const wrong = files.filter((file) => !['config', 'main', 'commands'].includes(roomOf(file)) && /process\.env/.test(readFileSync(join(SRC, file), 'utf8')));
  expect(wrong.map((file) => relative(SRC, join(SRC, file)))).toEqual([]);
});
