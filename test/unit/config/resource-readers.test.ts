import { readExtendedEntry, readMilliCpu, readTaint, readUlimit } from '../../../src/config/resource-readers.js';

test.each<[raw: string | number, expected: number | undefined]>([
  [4, 4000], ['4', 4000], [0.5, 500], ['1.25', 1250], ['250m', 250], ['0', 0],
  ['1.5m', undefined], ['-1', undefined], ['1.2345', undefined], ['', undefined], ['1k', undefined],
])('cores %p', (raw, expected) => {
  expect(readMilliCpu(raw)).toBe(expected);
});

test.each<[raw: string, expected: object | undefined]>([
  ['nofile=1024:4096', { name: 'nofile', soft: 1024, hard: 4096 }],
  ['core=0', { name: 'core', soft: 0, hard: 0 }],
  ['memlock=-1', { name: 'memlock', soft: -1, hard: -1 }],
  ['nproc=100:-1', { name: 'nproc', soft: 100, hard: -1 }],
  ['nproc=-1:100', undefined], ['nofile=2:1', undefined], ['nofile', undefined], ['nofile=1:2:3', undefined], ['other=1', undefined],
])('limit %p', (raw, expected) => {
  expect(readUlimit(raw)).toEqual(expected);
});

const fuse = { host: '/dev/fuse', container: '/dev/fuse' };

test.each<[raw: string, expected: object | undefined]>([
  ['example.com/licence=5', { name: 'example.com/licence', kind: 'count', count: 5 }],
  ['hugepages-2Mi=1Gi', { name: 'hugepages-2Mi', kind: 'count', count: 2 ** 30 }],
  ['nvidia.com/gpu=nvidia:0', { name: 'nvidia.com/gpu', kind: 'nvidia', id: '0' }],
  ['nvidia.com/gpu=nvidia:GPU-fef8089b-4820-abfc-e83e-94318197576e', { name: 'nvidia.com/gpu', kind: 'nvidia', id: 'GPU-fef8089b-4820-abfc-e83e-94318197576e' }],
  ['nvidia.com/mig-1g.5gb=nvidia:MIG-GPU-b/1/0', { name: 'nvidia.com/mig-1g.5gb', kind: 'nvidia', id: 'MIG-GPU-b/1/0' }],
  ['x.y/fpga=cdi:vendor.com/fpga=card0', { name: 'x.y/fpga', kind: 'cdi', id: 'vendor.com/fpga=card0' }],
  ['x.y/fuse=/dev/fuse', { name: 'x.y/fuse', kind: 'files', files: [fuse], copies: 1 }],
  ['x.y/fuse=/dev/fuse*10', { name: 'x.y/fuse', kind: 'files', files: [fuse], copies: 10 }],
  ['x.y/zero=/dev/zero:/dev/thing', { name: 'x.y/zero', kind: 'files', files: [{ host: '/dev/zero', container: '/dev/thing' }], copies: 1 }],
  ['amd.com/gpu=/dev/kfd+/dev/fuse', { name: 'amd.com/gpu', kind: 'files', files: [{ host: '/dev/kfd', container: '/dev/kfd' }, fuse], copies: 1 }],
  ['x.y/cam=/dev/v4l/by-path/pci-0000:00:14.0-usb', { name: 'x.y/cam', kind: 'files', files: [{ host: '/dev/v4l/by-path/pci-0000:00:14.0-usb', container: '/dev/v4l/by-path/pci-0000:00:14.0-usb' }], copies: 1 }],
  ['x.y/fuse=/dev/fuse*0', undefined], ['x.y/z=/etc/passwd', undefined], ['x.y/z=/dev/../etc', undefined], ['x.y/z=/dev/a:/etc/b', undefined], ['x.y/z=/dev/a:/dev/b:/dev/c', undefined],
  ['x.y/z=/dev/a+', undefined], ['x.y/z=all', undefined], ['x.y/z=nvidia:', undefined], ['x.y/z=nvidia:--all', undefined], ['x.y/z=cdi:card0', undefined],
  ['cpu=5', undefined], ['X.y/z=5', undefined], ['x.y/=5', undefined], ['hugepages-2=1', undefined], ['hugepages-2Mi=lots', undefined], ['x.y/z=-1', undefined],
])('extended resource %p', (raw, expected) => {
  expect(readExtendedEntry(raw)).toEqual(expected);
});

test.each<[raw: string, expected: object | undefined]>([
  ['dedicated=gpu:NoSchedule', { key: 'dedicated', value: 'gpu', effect: 'NoSchedule' }],
  ['example.com/slow:PreferNoSchedule', { key: 'example.com/slow', value: '', effect: 'PreferNoSchedule' }],
  ['a=:NoExecute', { key: 'a', value: '', effect: 'NoExecute' }],
  ['a=b', undefined], ['a=b:Never', undefined], ['=b:NoExecute', undefined], ['a b:NoExecute', undefined],
])('taint %p', (raw, expected) => {
  expect(readTaint(raw)).toEqual(expected);
});
