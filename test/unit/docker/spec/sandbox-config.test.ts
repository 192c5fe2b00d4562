import { toSandboxConfig } from '../../../../src/docker/spec/index.js';
import { NODE } from '../this-node.js';
import { recordOf } from './records.js';

const ENV = ['INTERLINK_RECORD_VERSION=1', 'INTERLINK_RECORD_0=x'];
const VOLUMES = [{ name: 'one', emptyDir: {} }, { name: 'two', configMap: { name: 'x' } }];

const SANDBOX = {
  Image: 'interlink-sandbox:1',
  Cmd: ['pause'],
  Env: ENV,
  User: '65535:65535',
  Healthcheck: { Test: ['NONE'] },
  Labels: { 'io.kubernetes.container.name': 'POD', 'io.kubernetes.docker.type': 'podsandbox', 'io.kubernetes.pod.uid': 'u-1', 'interlink.eu/node': 'node', 'interlink.eu/record': '2' },
  HostConfig: { CapDrop: ['ALL'], SecurityOpt: ['no-new-privileges'], ReadonlyRootfs: false, RestartPolicy: { Name: 'no' } },
};

test('the sandbox of a container alone is only a record and a place for files', () => {
  const config = toSandboxConfig(recordOf([{ name: 'main' }], { volumes: VOLUMES }), NODE, 'interlink-sandbox:1', ENV);
  expect(config).toMatchObject({ ...SANDBOX, HostConfig: { ...SANDBOX.HostConfig, NetworkMode: 'none' } });
  expect(config.HostConfig?.Mounts?.map(({ Source, Target, ReadOnly }) => [Source, Target, ReadOnly])).toEqual([
    ['k8s_node_u-1_one', '/v/0', undefined],
    ['k8s_node_u-1_two', '/v/1', undefined],
  ]);
  expect(config).not.toHaveProperty('Hostname');
  expect(config).not.toHaveProperty('NetworkingConfig');
  expect(config).not.toHaveProperty('Entrypoint');
});

test('the sandbox of several owns the namespaces, and the ports of all', () => {
  const record = recordOf([{ name: 'a', ports: [{ containerPort: 80 }] }, { name: 'b', ports: [{ containerPort: 81, protocol: 'SCTP' }] }]);
  expect(toSandboxConfig(record, NODE, 'interlink-sandbox:1', ENV)).toMatchObject({
    ...SANDBOX,
    Hostname: 'web',
    ExposedPorts: { '80/tcp': {}, '81/sctp': {} },
    NetworkingConfig: { EndpointsConfig: { interlink_node_team: { IPAMConfig: { IPv4Address: '10.213.0.9' }, Aliases: ['web'] } } },
    HostConfig: { ...SANDBOX.HostConfig, NetworkMode: 'interlink_node_team', IpcMode: 'shareable', Mounts: [] },
  });
});

test('no label or annotation of the pod becomes an engine label', () => {
  expect(toSandboxConfig(recordOf([{ name: 'a' }]), NODE, 'i:1', ENV).Labels).not.toHaveProperty('app');
});

test('P58: ports of the host are published by the owner of the namespace, on the address of the pod or of the node', () => {
  const ports = [{ containerPort: 80, hostPort: 8080 }, { containerPort: 80, hostPort: 8081, hostIP: '127.0.0.1' }, { containerPort: 53, hostPort: 53, protocol: 'UDP' }, { containerPort: 9, hostPort: 9, protocol: 'SCTP' }, { containerPort: 81 }];
  const record = recordOf([{ name: 'a', ports }, { name: 'b' }]);
  const node = { ...NODE, policy: { ...NODE.policy, podSecurity: { ...NODE.policy.podSecurity, allowed: { ...NODE.policy.podSecurity.allowed, hostAddress: '10.0.0.1' } } } };
  const bindings = (own: string): unknown => ({
    '80/tcp': [{ HostIp: own, HostPort: '8080' }, { HostIp: '127.0.0.1', HostPort: '8081' }],
    '53/udp': [{ HostIp: own, HostPort: '53' }],
    '9/sctp': [{ HostIp: own, HostPort: '9' }],
  });
  expect(toSandboxConfig(record, NODE, 'i:1', ENV).HostConfig?.PortBindings).toEqual(bindings(''));
  expect(toSandboxConfig(record, node, 'i:1', ENV).HostConfig?.PortBindings).toEqual(bindings('10.0.0.1'));
});

test('P59: on the network of the host there is nothing of its own', () => {
  const record = recordOf([{ name: 'a', ports: [{ containerPort: 80 }] }, { name: 'b' }], { hostNetwork: true, hostname: 'x', subdomain: 'y' });
  const config = toSandboxConfig({ ...record, version: 3, network: { name: 'host', subnet: '', ip: '10.0.0.1', aliases: [] } }, NODE, 'i:1', ENV);
  expect(config).toMatchObject({ Labels: { 'interlink.eu/record': '3' }, HostConfig: { NetworkMode: 'host' } });
  for (const key of ['Hostname', 'Domainname', 'NetworkingConfig', 'ExposedPorts']) expect(config).not.toHaveProperty(key);
  expect(config.HostConfig).not.toHaveProperty('PortBindings');
});
