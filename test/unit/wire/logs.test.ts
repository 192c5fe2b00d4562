import { parseLogRequest, type LogOptions } from '../../../src/wire/index.js';
import type { Json } from './bodies.js';
import { readCapture } from './captured.js';

const NOW = new Date('2026-11-21T08:00:00Z');
const PLAIN: LogOptions = { timestamps: false, follow: false, previous: false };

test.each<[name: string, expected: LogOptions]>([
  ['getlogs-plain', PLAIN],
  ['getlogs-tail', { ...PLAIN, tailLines: 5 }],
  ['getlogs-bytes', { ...PLAIN, limitBytes: 7 }],
  ['getlogs-since-seconds', { ...PLAIN, since: new Date('2026-11-21T07:59:30Z') }],
  ['getlogs-since-time', { ...PLAIN, since: new Date('2026-01-02T03:04:05Z') }],
  ['getlogs-timestamps', { ...PLAIN, timestamps: true }],
  ['getlogs-previous', { ...PLAIN, previous: true }],
  ['getlogs-follow', { ...PLAIN, follow: true }],
])('%s', (name, options) => {
  expect(parseLogRequest(readCapture(name).request, NOW)).toStrictEqual({
    podUid: '48bbc6bb-6c3c-4711-98c2-24db7b89cc60',
    podName: 'longrun',
    namespace: 'default',
    container: 'main',
    options,
  });
});

test.each<[name: string, body: Json, options: LogOptions]>([
  ['no options', { PodUID: 'u' }, PLAIN],
  ['nil options', { PodUID: 'u', ContainerName: '', Opts: null }, PLAIN],
  ['nil in options', { PodUID: 'u', Opts: { Tail: null, Follow: null, SinceTime: null } }, PLAIN],
  ['a zero time with an offset', { PodUID: 'u', Opts: { SinceTime: '0001-01-01T00:00:00+00:00' } }, PLAIN],
  ['nanoseconds', { PodUID: 'u', Opts: { SinceTime: '2026-01-02T03:04:05.123456789+01:00' } }, { ...PLAIN, since: new Date('2026-01-02T02:04:05.123Z') }],
  ['both starts: the later', { PodUID: 'u', Opts: { SinceSeconds: 60, SinceTime: '2026-01-02T03:04:05Z' } }, { ...PLAIN, since: new Date('2026-11-21T07:59:00Z') }],
  ['longer ago than time itself', { PodUID: 'u', Opts: { SinceSeconds: 9e15 } }, { ...PLAIN, since: new Date(0) }],
])('%s', (_name, body, options) => {
  expect(parseLogRequest(body, NOW)).toStrictEqual({ podUid: 'u', podName: '', namespace: '', options });
});

test.each<[wrongField: string, body: Json]>([
  ['', null],
  ['', []],
  ['PodUID', {}],
  ['PodUID', { PodUID: '' }],
  ['PodUID', { PodUID: 'a/../b' }],
  ['ContainerName', { PodUID: 'u', ContainerName: 'a/b' }],
  ['ContainerName', { PodUID: 'u', ContainerName: 3 }],
  ['Opts', { PodUID: 'u', Opts: [] }],
  ['Opts.Tail', { PodUID: 'u', Opts: { Tail: -1 } }],
  ['Opts.Tail', { PodUID: 'u', Opts: { Tail: 1.5 } }],
  ['Opts.Bytes', { PodUID: 'u', Opts: { Bytes: -1 } }],
  ['Opts.SinceSeconds', { PodUID: 'u', Opts: { SinceSeconds: -1 } }],
  ['Opts.Follow', { PodUID: 'u', Opts: { Follow: 'yes' } }],
  ['Opts.SinceTime', { PodUID: 'u', Opts: { SinceTime: 'yesterday' } }],
  ['Opts.SinceTime', { PodUID: 'u', Opts: { SinceTime: '2026-13-45T99:00:00Z' } }],
])('wrong at %j: %j', (path, body) => {
  expect(() => parseLogRequest(body, NOW)).toThrow(expect.objectContaining({ name: 'WireError', path }) as Error);
});
