import { readAbsolutePath, readFlag, readMatching } from './readers.js';
import { optionalSetting, setting } from './setting.js';

const ENGINE_URL = /^(unix:\/\/\/.+|(tcp|https?):\/\/(\[[0-9a-fA-F:.]+\]|[A-Za-z0-9._-]+)(:\d{1,5})?\/?)$/;

/** Whether a Docker host is of a kind that the plugin can talk to. */
export const readEngineUrl = readMatching(ENGINE_URL);

/** What `readEngineUrl` takes. */
export const ENGINE_URL_ALLOWED = 'unix:///path/of/docker.sock or tcp://host:port (ssh:// is not supported: forward the socket)';

/** Which engine this node is made of, and under which names the plugin works on it. */
export const nodeSettings = {
  NodeName: optionalSetting(readMatching(/^[A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?$/), {
    allowed: 'up to 63 letters, digits, "-", "_" and ".", a letter or digit at both ends',
    about: 'Name that marks the pods of this plugin on the engine. Without it: the name of the engine itself.',
  }),
  DockerHost: optionalSetting(readEngineUrl, {
    allowed: ENGINE_URL_ALLOWED,
    about: 'Docker Engine to use. DOCKER_HOST wins over it; DOCKER_CONTEXT, contexts and the TLS variables work as in the docker command.',
  }),
  SandboxImage: setting(readMatching(/^[a-z0-9][a-z0-9._/:-]*:[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}$/), {
    fallback: 'interlink-docker/sandbox:2',
    allowed: 'a lower-case image name with a tag (a prune would take one without)',
    about: 'Name under which the sandbox image is imported into the engine. The tag of the default changes with what is in the image.',
  }),
  Strict: setting(readFlag, {
    fallback: false,
    allowed: 'true or false',
    about: 'Refuse pods with fields that would otherwise be accepted without effect, with a warning.',
  }),
  SkipDownwardAPIResolution: setting(readFlag, {
    fallback: false,
    allowed: 'true or false',
    about: 'Whether the virtual kubelet runs with its setting of this name. It then leaves `$(VAR)` in the values of variables to the plugin.',
  }),
  ReadinessAsWaiting: setting(readFlag, {
    fallback: false,
    allowed: 'true or false',
    about: 'Report a container that runs and is not ready as waiting. The virtual kubelet takes whatever runs as ready.',
  }),
  DataDir: setting(readAbsolutePath, {
    fallback: '/var/lib/interlink-docker',
    allowed: 'an absolute path',
    about: 'Directory for the little that must outlive an engine outage. Not writable: kept in memory, with a warning.',
  }),
};
