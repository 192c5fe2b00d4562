/** What probes say of servers that listen here, and of commands in an engine in memory. */
import { once } from 'node:events';
import http from 'node:http';
import http2 from 'node:http2';
import https from 'node:https';
import type { AddressInfo, Server } from 'node:net';
import { systemClock } from '../../../../src/clock.js';
import { type ExecRequest } from '../../../../src/engine/index.js';
import { dialDirectly } from '../../../../src/docker/probes/direct-dial.js';
import { type Dial, HungExecs, Prober, type ProbeAnswer, type ProbeTarget } from '../../../../src/docker/probes/index.js';
import type { Container, Probe } from '../../../../src/kube/index.js';
import { silentLogger } from '../../../../src/log.js';
import type { Command } from '../../../fakes/fake-execs.js';
import { FakeEngine } from '../../../fakes/fake-engine.js';
import { CertificateMaker } from '../../../support/certificates.js';
import { VirtualClock } from '../../../support/virtual-clock.js';

const HOST = '127.0.0.1';
const servers: { close(): unknown; closeAllConnections?(): void }[] = [];
afterEach(() => {
  for (const server of servers.splice(0)) {
    server.closeAllConnections?.();
    server.close();
  }
});

async function listen(server: Server | http2.Http2Server | http2.Http2SecureServer): Promise<number> {
  servers.push(server);
  server.listen(0, HOST);
  await once(server, 'listening');
  return (server.address() as AddressInfo).port;
}

const serve = (answer: http.RequestListener): Promise<number> => listen(http.createServer(answer));

function target(spec: Partial<Container> = {}): ProbeTarget {
  return { containerId: 'main', spec: { name: 'main', ...spec }, place: { address: HOST } };
}

const nobody = new AbortController().signal;
const DIAL: Dial = (_place, host, port, { signal }) => dialDirectly(host, port, signal);

function ask(probe: Probe, spec: Partial<Container> = {}): Promise<ProbeAnswer> {
  const engine = new FakeEngine();
  const hung = new HungExecs({ engine, node: 'node', image: 'sandbox:1' }, systemClock, silentLogger);
  return new Prober({ engine, dial: DIAL, hung, clock: systemClock }).probe(probe, target(spec), nobody);
}

describe('httpGet', () => {
  test.each<[status: number, expected: ProbeAnswer['result'], output: string]>([
    [200, 'success', 'hello'],
    [204, 'success', ''],
    [304, 'warning', 'Probe terminated redirects, Response body: '],
    [399, 'warning', 'Probe terminated redirects, Response body: hello'],
    [400, 'failure', 'HTTP probe failed with statuscode: 400'],
    [503, 'failure', 'HTTP probe failed with statuscode: 503'],
  ])('P65: status %i is %s', async (status, result, output) => {
    const port = await serve((_request, response) => response.writeHead(status).end('hello'));
    expect(await ask({ httpGet: { port } })).toEqual({ result, output });
  });

  test('P65: what is asked: path, headers, and a name by which probes are known', async () => {
    const seen: { url: string | undefined; headers: http.IncomingHttpHeaders }[] = [];
    const port = await serve(({ url, headers }, response) => void (seen.push({ url, headers }), response.end()));
    await ask({ httpGet: { port: 'web', path: '//elsewhere/x?a=b c' } }, { ports: [{ name: 'web', containerPort: port }] });
    await ask({ httpGet: { port, httpHeaders: [{ name: 'Host', value: 'site.example' }, { name: 'user-agent', value: 'mine' }, { name: 'Accept', value: '' }, { name: 'X-A', value: '1' }, { name: 'X-A', value: '2' }] } });
    expect(seen[0]).toMatchObject({ url: '//elsewhere/x?a=b%20c', headers: { host: `${HOST}:${port}`, accept: '*/*' } });
    expect(seen[0]?.headers['user-agent']).toMatch(/^kube-probe\/1\./);
    expect(seen[1]).toMatchObject({ url: '/', headers: { host: 'site.example', 'user-agent': 'mine', 'x-a': '1, 2' } });
    expect(seen[1]?.headers).not.toHaveProperty('accept');
  });

  test('P65: redirects are followed on the same host only, and not for ever', async () => {
    const port = await serve(({ url }, response) => {
      const to: Record<string, string> = { '/here': '/ok', '/away': 'http://10.255.255.1/', '/other': 'http://localhost:1/', '/loop': '/loop' };
      const location = to[url ?? ''];
      response.writeHead(location === undefined ? 200 : 302, location === undefined ? {} : { location }).end('body');
    });
    expect(await ask({ httpGet: { port, path: '/here' } })).toEqual({ result: 'success', output: 'body' });
    for (const path of ['/away', '/other']) expect(await ask({ httpGet: { port, path } })).toMatchObject({ result: 'warning' });
    expect(await ask({ httpGet: { port, path: '/loop' } })).toEqual({ result: 'failure', output: `Get "http://${HOST}:${port}/loop": stopped after 10 redirects` });
  });

  test('P65: the certificate is not verified', async () => {
    const maker = new CertificateMaker();
    const { cert, key } = maker.authority('nobody');
    maker.remove();
    const port = await listen(https.createServer({ cert, key }, (_request, response) => response.end('secret')));
    expect(await ask({ httpGet: { port, scheme: 'HTTPS' } })).toEqual({ result: 'success', output: 'secret' });
  });

  test('P65: HTTP/2 is spoken where the probe says so, with a server that speaks nothing else', async () => {
    const seen: http2.IncomingHttpHeaders[] = [];
    const server = http2.createServer();
    server.on('stream', (stream, headers) => {
      seen.push(headers);
      if (headers[':path'] === '/moved') return stream.respond({ ':status': 302, location: '/ok' }, { endStream: true });
      stream.respond({ ':status': headers[':path'] === '/ok' ? 200 : 500 });
      stream.end('x'.repeat(20_000));
    });
    const httpGet = { port: await listen(server), protocol: 'HTTP2' };
    const { result, output } = await ask({ httpGet: { ...httpGet, path: '/moved', httpHeaders: [{ name: 'Host', value: 'site.example' }, { name: 'X-A', value: '1' }] } });
    expect([result, output.length]).toEqual(['success', 10 * 1024]);
    expect(seen[1]).toMatchObject({ ':authority': 'site.example', ':path': '/ok', 'x-a': '1', accept: '*/*' });
    expect(await ask({ httpGet: { ...httpGet, path: '/bad' } })).toEqual({ result: 'failure', output: 'HTTP probe failed with statuscode: 500' });
    const old = await serve((_request, response) => response.end());
    expect(await ask({ httpGet: { ...httpGet, port: old } })).toMatchObject({ result: 'failure' });
    expect(await ask({ httpGet: { port: httpGet.port, protocol: 'HTTP1' } })).toMatchObject({ result: 'failure' });
  });

  test('P65: of a body without end the beginning is read', async () => {
    const port = await serve((_request, response) => {
      const more = (): void => void (response.write('x'.repeat(4096)) ? setImmediate(more) : response.once('drain', more));
      more();
    });
    const { result, output } = await ask({ httpGet: { port } });
    expect([result, output.length]).toEqual(['success', 10 * 1024]);
  });

  test('P65: nobody who answers, or nobody at all, is a failure', async () => {
    const port = await serve(() => undefined);
    expect(await ask({ httpGet: { port } })).toEqual({ result: 'failure', output: `Get "http://${HOST}:${port}/": context deadline exceeded (Client.Timeout exceeded while awaiting headers)` });
    expect(await ask({ httpGet: { port: 1 } })).toEqual({ result: 'failure', output: `Get "http://${HOST}:1/": dial tcp ${HOST}:1: connect: connection refused` });
  });
});

test('P65: tcpSocket succeeds when the port takes a connection', async () => {
  const port = await serve(() => undefined);
  expect(await ask({ tcpSocket: { port } })).toEqual({ result: 'success', output: '' });
  expect(await ask({ tcpSocket: { port: 1 } })).toEqual({ result: 'failure', output: `dial tcp ${HOST}:1: connect: connection refused` });
});

describe('grpc', () => {
  /** @param answer status in a HealthCheckResponse, or a gRPC status */
  async function health(answer: { readonly serving?: number; readonly grpcStatus?: number; readonly asked?: (service: string) => void }, server: http2.Http2Server | http2.Http2SecureServer = http2.createServer()): Promise<number> {
    server.on('stream', (stream, headers) => {
      const chunks: Buffer[] = [];
      stream.on('data', (chunk: Buffer) => chunks.push(chunk));
      stream.on('end', () => {
        answer.asked?.(`${headers[':path']} ${headers['content-type']} ${Buffer.concat(chunks).subarray(7).toString()}`);
        if (answer.grpcStatus !== undefined) return stream.respond({ ':status': 200, 'content-type': 'application/grpc', 'grpc-status': String(answer.grpcStatus), 'grpc-message': 'no' }, { endStream: true });
        stream.respond({ ':status': 200, 'content-type': 'application/grpc' }, { waitForTrailers: true });
        stream.on('wantTrailers', () => stream.sendTrailers({ 'grpc-status': '0' }));
        const message = answer.serving === undefined ? [] : [0x08, answer.serving];
        stream.end(Buffer.from([0, 0, 0, 0, message.length, ...message]));
      });
    });
    return listen(server);
  }

  test.each<[name: string, answer: Parameters<typeof health>[0], expected: ProbeAnswer]>([
    ['SERVING', { serving: 1 }, { result: 'success', output: 'service healthy' }],
    ['NOT_SERVING', { serving: 2 }, { result: 'failure', output: 'service unhealthy (responded with "NOT_SERVING")' }],
    ['nothing', {}, { result: 'failure', output: 'service unhealthy (responded with "UNKNOWN")' }],
    ['UNIMPLEMENTED', { grpcStatus: 12 }, { result: 'failure', output: 'error: this server does not implement the grpc health protocol (grpc.health.v1.Health): no' }],
    ['NOT_FOUND', { grpcStatus: 5 }, { result: 'failure', output: 'error: health rpc probe failed: rpc error: code = NotFound desc = no' }],
  ])('P65: the answer %s', async (_name, answer, expected) => {
    expect(await ask({ grpc: { port: await health(answer) } })).toEqual(expected);
  });

  test('P65: the service is asked for by name', async () => {
    const asked: string[] = [];
    await ask({ grpc: { port: await health({ serving: 1, asked: (service) => asked.push(service) }), service: 'my.service' } });
    expect(asked).toEqual(['/grpc.health.v1.Health/Check application/grpc my.service']);
  });

  test('P65: over TLS where the probe says so, and the certificate is not verified', async () => {
    const maker = new CertificateMaker();
    const { cert, key } = maker.authority('nobody');
    maker.remove();
    const port = await health({ serving: 1 }, http2.createSecureServer({ cert, key }));
    expect(await ask({ grpc: { port, mode: 'TLS' } })).toEqual({ result: 'success', output: 'service healthy' });
    expect(await ask({ grpc: { port, mode: 'Plaintext' } })).toMatchObject({ result: 'failure' });
    expect(await ask({ grpc: { port: await health({ serving: 1 }), mode: 'TLS' } })).toMatchObject({ result: 'failure' });
  });

  test('P65: who does not listen, does not answer, or speaks something else, is not healthy', async () => {
    expect((await ask({ grpc: { port: 1 } })).output).toBe(`timeout: failed to connect service "${HOST}:1" within 1s: dial tcp ${HOST}:1: connect: connection refused`);
    const silent = http2.createServer();
    expect((await ask({ grpc: { port: await listen(silent) } })).output).toBe('timeout: health rpc did not complete within 1s');
    expect(await ask({ grpc: { port: await serve((_request, response) => response.end('hi')) } })).toMatchObject({ result: 'failure' });
  });
});

describe('exec', () => {
  interface Scene {
    readonly clock: VirtualClock;
    readonly engine: FakeEngine;
    readonly prober: Prober;
    readonly where: ProbeTarget;
  }

  async function scene(commandOf: (request: ExecRequest) => Command): Promise<Scene> {
    const clock = new VirtualClock();
    const engine = new FakeEngine({ clock, images: ['main', 'sandbox:1'] });
    engine.runs(({ Image }) => (Image === 'sandbox:1' ? { exits: 0 } : {}));
    engine.answers(commandOf);
    const containerId = await engine.createContainer('main', { Image: 'main' });
    await engine.startContainer(containerId);
    const hung = new HungExecs({ engine, node: 'node', image: 'sandbox:1' }, clock, silentLogger);
    return { clock, engine, prober: new Prober({ engine, dial: DIAL, hung, clock }), where: { ...target(), containerId } };
  }

  const COMMAND: Probe = { exec: { command: ['check', 'it'] }, timeoutSeconds: 2 };

  test.each<[exits: number, result: ProbeAnswer['result']]>([[0, 'success'], [1, 'failure'], [127, 'failure']])('P65: a command that ends with %i is a %s', async (exits, result) => {
    const { prober, where } = await scene(() => ({ output: [{ stream: 'stdout', text: 'out ' }, { stream: 'stderr', text: 'err' }], exits }));
    expect(await prober.probe(COMMAND, where, nobody)).toEqual({ result, output: 'out err' });
  });

  test('P65: of what it says the beginning is kept', async () => {
    const { prober, where } = await scene(() => ({ output: [{ stream: 'stdout', text: 'x'.repeat(50_000) }], exits: 0 }));
    expect((await prober.probe(COMMAND, where, nobody)).output).toHaveLength(10 * 1024);
  });

  test('P65: one that hangs fails by its timeout and is ended; several of one container by one helper', async () => {
    const { clock, engine, prober, where } = await scene(() => ({}));
    const probes = [1, 2, 3].map(() => prober.probe(COMMAND, where, nobody));
    while (engine.runningExecs.length < 3) await new Promise(setImmediate);
    clock.advance(2_000);
    const answers = await Promise.all(probes);
    expect(answers.map(({ result, output }) => [result, output])).toEqual(Array(3).fill(['failure', 'command timed out: "check it" timed out after 2s']));
    for (const { settled } of answers) await settled;
    expect(engine.runningExecs).toEqual([]);
    const helpers = engine.calls.filter(({ method, args }) => method === 'createContainer' && String(args[0]).includes('helper'));
    expect(helpers.length).toBeLessThanOrEqual(2);
    expect(helpers[0]?.args[1]).toMatchObject({ Cmd: expect.arrayContaining(['kill']) as unknown, HostConfig: { NetworkMode: 'none', PidMode: `container:${where.containerId}`, CapDrop: ['ALL'], CapAdd: ['SYS_PTRACE', 'DAC_READ_SEARCH', 'KILL'] } });
  });

  test('P65: one whose start is still under way at its timeout is ended when it has begun', async () => {
    const { clock, engine, prober, where } = await scene(() => ({}));
    const release = engine.hold('startExec');
    const probe = prober.probe(COMMAND, where, nobody);
    await new Promise(setImmediate);
    clock.advance(2_000);
    const { result, settled } = await probe;
    expect([result, engine.runningExecs]).toEqual(['failure', []]);
    release();
    await settled;
    expect(engine.runningExecs).toEqual([]);
    expect(engine.countOf('startExec')).toBe(1);
  });

  test('P65: probes that hang hold up nobody else for long', async () => {
    const { clock, engine, prober, where } = await scene(({ command }) => (command[0] === 'hang' ? {} : { exits: 0 }));
    for (let index = 0; index < 20; index++) void prober.probe({ exec: { command: ['hang'] }, timeoutSeconds: 3600 }, where, nobody).catch(() => undefined);
    const quick = prober.probe({ exec: { command: ['quick'] } }, where, nobody);
    let isDone = false;
    void quick.then(() => (isDone = true));
    for (let second = 0; second < 10 && !isDone; second++) {
      for (let turn = 0; turn < 20; turn++) await new Promise(setImmediate);
      expect(engine.runningExecs.length).toBeLessThanOrEqual(8 * (second + 1));
      clock.advance(1_000);
    }
    expect(await quick).toMatchObject({ result: 'success' });
  });

  test('P65: what a plugin before us left hanging is ended, by the container that it is of; where there is nothing, no helper runs', async () => {
    const { clock, engine, prober, where } = await scene(() => ({}));
    await prober.endLeftCommands(where);
    expect(engine.countOf('createContainer')).toBe(1);
    void prober.probe(COMMAND, where, nobody);
    while (engine.runningExecs.length < 1) await new Promise(setImmediate);
    const hook = await engine.startExec(where.containerId, { command: ['hook'], env: ['INTERLINK_EXEC=1'] });
    await prober.endLeftCommands({ ...where, spec: { name: 'other' } });
    expect(engine.runningExecs).toHaveLength(2);
    await prober.endLeftCommands(where);
    expect(engine.runningExecs.map(({ id }) => id)).toEqual([hook.id]);
    clock.advance(10_000);
  });

  test('what was called off before its turn is not begun; on the way, it is ended', async () => {
    const { engine, prober, where } = await scene(() => ({}));
    await expect(prober.probe(COMMAND, where, AbortSignal.abort())).rejects.toThrow();
    expect(engine.countOf('startExec')).toBe(0);
    const leave = new AbortController();
    const probe = prober.probe(COMMAND, where, leave.signal);
    while (engine.runningExecs.length < 1) await new Promise(setImmediate);
    leave.abort();
    await (await probe).settled;
    expect(engine.runningExecs).toEqual([]);
  });
});
