import { readFileSync } from 'node:fs';
import { parse } from 'yaml';

interface Service {
  readonly image: string;
  readonly user: string;
  readonly group_add: readonly string[];
  readonly volumes: readonly string[];
  readonly environment: Readonly<Record<string, string>>;
}

const DIR = 'examples/deploy/compose';
const { services, volumes } = parse(readFileSync(`${DIR}/compose.yaml`, 'utf8')) as {
  readonly services: { readonly plugin: Service; readonly interlink: Service };
  readonly volumes: { readonly socket: { readonly driver_opts: { readonly o: string } } };
};

test.each(Object.entries(services))('%s runs as a user without privileges, from a release, and comes back', (_name, service) => {
  expect(service).toMatchObject({ read_only: true, cap_drop: ['ALL'], security_opt: ['no-new-privileges:true'], restart: 'unless-stopped', user: expect.stringMatching(/^[1-9]\d*:[1-9]\d*$/) as string });
  expect(service.image).toMatch(/:\d+\.\d+\.\d+$/);
});

test('the image of the plugin is of this release', () => {
  const { version } = JSON.parse(readFileSync('package.json', 'utf8')) as { version: string };
  expect(services.plugin.image).toBe(`interlink-docker:${version}`);
});

test('the socket lies in the volume of both, and the API server is in its group', () => {
  const [uid, gid] = services.plugin.user.split(':');
  expect(volumes.socket.driver_opts.o).toContain(`uid=${uid},gid=${gid},mode=0750`);
  expect(services.interlink.group_add).toEqual([gid]);
  const { SidecarURL } = parse(readFileSync(`${DIR}/InterLinkConfig.yaml`, 'utf8')) as { SidecarURL: string };
  expect([services.plugin.environment['SOCKET'], SidecarURL]).toEqual(['unix:///run/interlink/plugin.sock', 'unix:///run/interlink/plugin.sock']);
  for (const { volumes: mounts } of Object.values(services)) expect(mounts).toContain('socket:/run/interlink');
});

test('the socket of the engine is the plugin\'s alone', () => {
  expect(services.plugin.volumes).toContain('/var/run/docker.sock:/var/run/docker.sock');
  expect(services.interlink.volumes.filter((mount) => mount.includes('docker.sock'))).toEqual([]);
});
