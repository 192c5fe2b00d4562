import { randomInt } from 'node:crypto';
import { SLEEP } from './commands.js';
import type { Subject } from './subject.js';

export function declareNetworks(it: () => Subject): void {
  test('a container that runs joins one more network with an address of it, and leaves it again; twice is once', async () => {
    const [first, second] = [await it().network(), await it().network()];
    const id = await it().start(SLEEP, it().on(first.name));
    const networks = async (): Promise<readonly string[]> => Object.keys((await it().engine.inspectContainer(id)).NetworkSettings.Networks ?? {});
    await it().engine.joinNetwork(second.name, id, { IPAMConfig: { IPv4Address: `${second.prefix}.5` } });
    const { NetworkSettings } = await it().engine.inspectContainer(id);
    expect(NetworkSettings.Networks?.[second.name]?.IPAddress).toBe(`${second.prefix}.5`);
    await it().engine.leaveNetwork(second.name, id);
    await it().engine.leaveNetwork(second.name, id);
    expect(await networks()).toEqual([first.name]);
    await it().engine.killContainer(id, 'SIGKILL');
  });

  test('a network is what it was asked for, by name and id, and in the list', async () => {
    const { name, subnet, id } = await it().network();
    const summary = { Id: id, Name: name, Created: expect.any(String) as string, Labels: it().labels, Internal: false, Subnets: [subnet] };
    for (const key of [name, id]) expect(await it().engine.inspectNetwork(key)).toEqual({ ...summary, Endpoints: 0 });
    expect(await it().engine.listNetworks([it().label])).toContainEqual(summary);
    expect((await it().engine.listNetworks([])).map(({ Name }) => Name)).toEqual(expect.arrayContaining(['bridge', 'host', 'none', name]));
    await it().engine.removeNetwork(name);
    await it().engine.removeNetwork(name);
    await expect(it().engine.inspectNetwork(name)).rejects.toMatchObject({ tag: 'NotFound' });
  });

  test('a network that reaches nothing beyond the host says so', async () => {
    const { name, subnet } = await it().network();
    await it().engine.removeNetwork(name);
    await it().engine.createNetwork({ name, subnet, labels: it().labels, internal: true });
    expect(await it().engine.inspectNetwork(name)).toMatchObject({ Internal: true, Subnets: [subnet] });
    await it().engine.removeNetwork(name);
  });

  test('a name is taken once, a range too', async () => {
    const { name, prefix, subnet } = await it().network();
    await expect(it().engine.createNetwork({ name, subnet: `${prefix}.64/28`, labels: it().labels })).rejects.toMatchObject({ tag: 'Conflict' });
    for (const overlapping of [subnet, `${prefix}.8/29`, `${prefix}.0/24`]) {
      await expect(it().engine.createNetwork({ name: it().unique(), subnet: overlapping, labels: it().labels })).rejects.toMatchObject({ tag: 'Forbidden' });
    }
    await it().engine.removeNetwork(name);
  });

  test('a running container has the address that was asked for, and keeps the network', async () => {
    const { name, prefix, id: networkId } = await it().network();
    const id = await it().create(SLEEP, it().on(name, `${prefix}.5`));
    expect((await it().engine.inspectContainer(id)).NetworkSettings.Networks?.[name]?.IPAddress ?? '').toBe('');
    await it().engine.startContainer(id);
    expect((await it().engine.inspectContainer(id)).NetworkSettings.Networks?.[name]).toMatchObject({ IPAddress: `${prefix}.5`, NetworkID: networkId });
    expect(await it().engine.inspectNetwork(name)).toMatchObject({ Endpoints: 1 });
    await expect(it().engine.removeNetwork(name)).rejects.toMatchObject({ tag: 'Forbidden' });
    await it().engine.stopContainer(id, 0);
    expect((await it().engine.inspectContainer(id)).NetworkSettings.Networks?.[name]?.IPAddress).toBe('');
    expect(await it().engine.inspectNetwork(name)).toMatchObject({ Endpoints: 0 });
    await it().engine.removeNetwork(name);
  });

  test('one address is one running container’s', async () => {
    const { name, prefix } = await it().network();
    const first = await it().start(SLEEP, it().on(name, `${prefix}.5`));
    const second = await it().create(SLEEP, it().on(name, `${prefix}.5`));
    await expect(it().engine.startContainer(second)).rejects.toMatchObject({ tag: 'Forbidden' });
    expect(await it().stateOf(second)).toMatchObject({ Status: 'created', ExitCode: 128, Error: expect.stringContaining('already in use') as string });
    await it().engine.stopContainer(first, 0);
    await it().engine.startContainer(second);
    expect((await it().engine.inspectContainer(second)).NetworkSettings.Networks?.[name]).toMatchObject({ IPAddress: `${prefix}.5` });
    await it().engine.removeContainer(second);
    await it().engine.removeNetwork(name);
  });

  test('one port of the host is one running container’s, on all of its addresses or on one', async () => {
    const { name, prefix } = await it().network();
    const port = randomInt(40_000, 50_000);
    const on = (last: number, HostIp: string): Parameters<Subject['create']>[1] => {
      const { HostConfig, ...more } = it().on(name, `${prefix}.${last}`);
      return { ...more, ExposedPorts: { '80/tcp': {} }, HostConfig: { ...HostConfig, PortBindings: { '80/tcp': [{ HostIp, HostPort: String(port) }] } } };
    };
    const first = await it().start(SLEEP, on(5, ''));
    const second = await it().create(SLEEP, on(6, '127.0.0.1'));
    await expect(it().engine.startContainer(second)).rejects.toMatchObject({ tag: 'PortUnavailable' });
    expect(await it().stateOf(second)).toMatchObject({ Status: 'created', ExitCode: 128, Error: expect.stringMatching(/already (allocated|in use)/) as string });
    await it().engine.stopContainer(first, 0);
    await it().engine.startContainer(second);
    const third = await it().start(SLEEP, on(7, '127.0.0.2'));
    for (const id of [first, second, third]) await it().engine.removeContainer(id);
    await it().engine.removeNetwork(name);
  });

  test.each([0, 1, 15])('.%i of 16 addresses is nobody’s', async (last) => {
    const { name, prefix } = await it().network();
    const id = await it().create(SLEEP, it().on(name, `${prefix}.${last}`));
    await expect(it().engine.startContainer(id)).rejects.toMatchObject({ tag: 'Forbidden' });
    await it().engine.removeContainer(id);
    await it().engine.removeNetwork(name);
  });

  test('without its network a container does not start; made again, it serves those that never ran, and others once reattached', async () => {
    const { name, prefix, subnet } = await it().network();
    const never = await it().create(SLEEP, it().on(name, `${prefix}.5`));
    const dead = await it().start(SLEEP, it().on(name, `${prefix}.6`));
    await it().engine.stopContainer(dead, 0);
    await it().engine.removeNetwork(name);
    for (const id of [never, dead]) await expect(it().engine.startContainer(id)).rejects.toMatchObject({ tag: 'NotFound' });
    await it().engine.createNetwork({ name, subnet, labels: it().labels });
    await it().engine.startContainer(never);
    expect((await it().engine.inspectContainer(never)).NetworkSettings.Networks?.[name]).toMatchObject({ IPAddress: `${prefix}.5` });
    await expect(it().engine.startContainer(dead)).rejects.toMatchObject({ tag: 'NotFound' });
    await it().engine.reattachNetwork(name, dead, { IPAMConfig: { IPv4Address: `${prefix}.6` } });
    await it().engine.startContainer(dead);
    expect((await it().engine.inspectContainer(dead)).NetworkSettings.Networks?.[name]).toMatchObject({ IPAddress: `${prefix}.6` });
    await it().engine.removeContainer(dead);
    await it().engine.removeContainer(never);
    await it().engine.removeNetwork(name);
  });
}
