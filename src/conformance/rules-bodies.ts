import type { Rule } from './rule.js';
import type { Stage } from './stage.js';
import { parsed, type StagedPod } from './staged-pod.js';
import { expectSuccess, expectThat, RuleSkipped, shown } from './verdicts.js';

const DEFAULT_LARGE_BODY_BYTES = 32 * 1024 * 1024;
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
  const containers = spec.containers.map((one) => ({ ...one, args: null, env: null, envFrom: null, ports: null, volumeMounts: null, resources: null, securityContext: one.securityContext ?? null, livenessProbe: null }));
  return { ...spec, containers, initContainers: null, volumes: null, tolerations: null, securityContext: spec.securityContext ?? null, imagePullSecrets: null, nodeSelector: null, affinity: null };
}

/** A body that no caller means. */
interface MalformedCall {
  readonly call: 'POST /create' | 'POST /delete' | 'GET /status' | 'GET /getLogs';
  readonly body: unknown;
  /** A word that a good answer has. */
  readonly names: RegExp;
  /** What a lenient plugin may have taken on; it is deleted with the kit's other pods. */
  readonly pod?: StagedPod;
}

function malformedCalls(stage: Stage): readonly MalformedCall[] {
  const [nameless, uidless, listless, unknown] = [0, 1, 2, 3].map(() => stage.plan({ containers: {} })) as [StagedPod, StagedPod, StagedPod, StagedPod];
  const { uid: _uid, ...withoutUid } = uidless.pod.metadata;
  return [
    { call: 'POST /create', body: Buffer.from('{"pod": '), names: /body|JSON/i },
    { call: 'POST /create', body: {}, names: /pod/i },
    { call: 'POST /create', body: { pod: { metadata: { namespace: 'default', uid: nameless.uid }, spec: { containers: [] } }, container: 'none' }, names: /container|name/i, pod: nameless },
    // Without an image: nobody could have a plugin delete what it runs under no UID.
    { call: 'POST /create', body: { pod: { metadata: withoutUid, spec: { containers: [{ name: 'a' }] } } }, names: /uid|image/i, pod: uidless },
    { call: 'POST /create', body: { pod: { metadata: listless.pod.metadata, spec: { containers: 'all' } } }, names: /containers/i, pod: listless },
    { call: 'POST /delete', body: Buffer.from('no'), names: /body|JSON/i },
    // With a name that nothing has: a plugin that looks for its pods by whatever came may not find somebody's.
    { call: 'POST /delete', body: { metadata: withoutUid, spec: { containers: [] } }, names: /metadata|uid/i },
    { call: 'GET /status', body: 'all of them', names: /body|array|list|pod/i },
    { call: 'GET /getLogs', body: {}, names: /uid/i },
    { call: 'GET /getLogs', body: { PodUID: unknown.uid, Opts: { Tail: 'many' } }, names: /tail/i },
  ];
}

function malformed(stage: Stage) {
  return stage.scene('malformed bodies', async () => {
    const replies = [];
    for (const one of malformedCalls(stage)) {
      const [method = '', path = ''] = one.call.split(' ');
      if (one.pod) one.pod.isAsked = true;
      const reply = await stage.send(method === 'GET' ? 'GET' : 'POST', path, one.body);
      if (one.pod) one.pod.isTaken = reply.status < 300;
      replies.push({ ...one, reply });
    }
    return replies;
  });
}

function bodyText(body: unknown): string {
  return Buffer.isBuffer(body) ? body.toString() : shown(body);
}
