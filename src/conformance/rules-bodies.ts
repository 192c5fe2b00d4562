import type { Rule } from './rule.js';
import type { Stage } from './stage.js';
import { parsed } from './staged-pod.js';
import { expectSuccess, expectThat, RuleSkipped, shown } from './verdicts.js';

const DEFAULT_LARGE_BODY_BYTES = 32 * 1024 * 1024;
const NAMELESS = { pod: { metadata: { namespace: 'default', uid: 'u' }, spec: { containers: [] } } };

/** Bodies that no caller means, each with a word that a good answer has. */
const MALFORMED: readonly { readonly call: 'POST /create' | 'POST /delete' | 'GET /status' | 'GET /getLogs'; readonly body: unknown; readonly names: RegExp }[] = [
  { call: 'POST /create', body: Buffer.from('{"pod": '), names: /body|JSON/i },
  { call: 'POST /create', body: {}, names: /pod/i },
  { call: 'POST /create', body: { ...NAMELESS, container: 'none' }, names: /container|name/i },
  { call: 'POST /create', body: { pod: { metadata: { name: 'n', namespace: 'default' }, spec: { containers: [{ name: 'a', image: 'i' }] } } }, names: /uid/i },
  { call: 'POST /create', body: { pod: { metadata: { name: 'n', namespace: 'default', uid: 'conformance-malformed' }, spec: { containers: 'all' } } }, names: /containers/i },
  { call: 'POST /delete', body: Buffer.from('no'), names: /body|JSON/i },
  { call: 'POST /delete', body: { metadata: {}, spec: { containers: [] } }, names: /metadata|name|uid/i },
  { call: 'GET /status', body: 'all of them', names: /body|array|list|pod/i },
  { call: 'GET /getLogs', body: {}, names: /uid/i },
  { call: 'GET /getLogs', body: { PodUID: 'conformance-malformed', Opts: { Tail: 'many' } }, names: /tail/i },
];

export const BODY_RULES: readonly Rule[] = [
  {
    id: 'body-nulls',
    sentence: 'null stands for any list, map or object that holds nothing',
    source: 'Go writes nil lists, maps and pointers as null; interLink is written in Go',
    severity: 'must',
    async check(stage) {
      const reply = await createWith(stage, (body) => ({
        ...body,
        pod: { ...body.pod, metadata: { ...body.pod.metadata, annotations: null, labels: null, ownerReferences: null, creationTimestamp: null }, spec: withNulls(body.pod.spec) },
        container: body.container.map(({ name }) => ({ name, configMaps: null, projectedvolumemaps: null, secrets: null, emptyDirs: null })),
        jobConfig: null,
      }));
      expectSuccess(reply);
    },
  },
  {
    id: 'body-unknown-fields',
    sentence: 'fields that a plugin does not know are passed over',
    source: 'releases of interLink and of Kubernetes bring fields of their own, `jobScript` for one',
    severity: 'must',
    async check(stage) {
      const reply = await createWith(stage, (body) => ({
        ...body,
        pod: { ...body.pod, metadata: { ...body.pod.metadata, conformanceField: { a: [1] } }, conformanceField: 'x' },
        jobScript: '#!/bin/sh',
        conformanceField: [null, {}],
      }));
      expectSuccess(reply);
    },
  },
  {
    id: 'body-malformed',
    sentence: 'a body that is no such call is answered with 4xx, and does no harm',
    source: 'HTTP: 5xx says that the plugin is at fault, and interLink shows the text to the user',
    severity: 'must',
    async check(stage) {
      for (const { call, body, reply } of await malformed(stage)) {
        expectThat(reply.status >= 400 && reply.status < 500, `4xx for ${call} with ${bodyText(body)}`, `HTTP ${reply.status} ${shown(reply.text)}`);
      }
      const { status } = await stage.send('GET', '/status', []);
      expectThat(status < 500, 'the plugin goes on answering', `HTTP ${status}`);
    },
  },
  {
    id: 'body-malformed-text',
    sentence: 'the answer to a malformed body names the field that is wrong',
    source: 'the text becomes the message of a pod that was refused, which is all that its author sees',
    severity: 'should',
    async check(stage) {
      for (const { call, body, names, reply } of await malformed(stage)) expectThat(names.test(reply.text), `${String(names)} in the answer to ${call} with ${bodyText(body)}`, reply.text);
    },
  },
  {
    id: 'body-too-large',
    sentence: 'a body beyond all measure is answered with 413',
    source: 'whoever can connect could have the plugin use up the memory of its host',
    severity: 'should',
    async check(stage) {
      const { status, text } = await stage.send('POST', '/create', { pod: null, filler: 'x'.repeat(stage.largeBodyBytes ?? DEFAULT_LARGE_BODY_BYTES) });
      expectThat(status === 413, 'HTTP 413', `HTTP ${status} ${shown(text)}`);
    },
  },
  {
    id: 'body-without-type',
    sentence: 'a body without a Content-Type is taken for JSON',
    source: 'callers by hand forget it, on GET above all',
    severity: 'should',
    async check(stage) {
      const { status, text } = await stage.send('GET', '/status', [], null);
      expectThat(status === 200, 'HTTP 200', `HTTP ${status} ${shown(text)}`);
    },
  },
  {
    id: 'body-post-status',
    sentence: 'POST /status does what GET /status does',
    source: 'many HTTP clients cannot send a body with GET',
    severity: 'should',
    async check(stage) {
      const { status, text } = await stage.send('POST', '/status', []);
      if (status === 404 || status === 405) throw new RuleSkipped(`the plugin takes GET only: HTTP ${status}`);
      expectThat(status === 200 && parsed(text) !== undefined, 'HTTP 200 and JSON', `HTTP ${status} ${shown(text)}`);
    },
  },
];

type CreateJson = Parameters<Parameters<typeof createWith>[1]>[0];

async function createWith(stage: Stage, change: (body: ReturnType<Stage['plan']>['body']) => unknown) {
  const pod = stage.plan({ containers: { main: [{ print: 'here' }] } });
  return pod.create(change(pod.body));
}

function withNulls(spec: CreateJson['pod']['spec']): unknown {
  const containers = spec.containers.map((one) => ({ ...one, args: null, env: null, envFrom: null, ports: null, volumeMounts: null, resources: null, securityContext: null, livenessProbe: null }));
  return { ...spec, containers, initContainers: null, volumes: null, tolerations: null, securityContext: null, imagePullSecrets: null, nodeSelector: null, affinity: null };
}

function malformed(stage: Stage) {
  return stage.scene('malformed bodies', async () => {
    const replies = [];
    for (const one of MALFORMED) {
      const [method = '', path = ''] = one.call.split(' ');
      replies.push({ ...one, reply: await stage.send(method === 'GET' ? 'GET' : 'POST', path, one.body) });
    }
    return replies;
  });
}

function bodyText(body: unknown): string {
  return Buffer.isBuffer(body) ? body.toString() : shown(body);
}
