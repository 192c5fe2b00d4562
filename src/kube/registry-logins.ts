/** Who one is at a registry, as an engine takes it. */
export interface RegistryLogin {
  readonly username?: string;
  readonly password?: string;
  /** Of a login by OAuth: exchanged for a token. */
  readonly identityToken?: string;
  /** Sent to the registry as it is. */
  readonly registryToken?: string;
}

/** A login, and the registry, or part of one, that it is for: `r.io`, `*.r.io:5000/team`, `https://index.docker.io/v1/`. */
export interface LoginEntry {
  readonly pattern: string;
  readonly login: RegistryLogin;
}

/** Something that should hold logins and does not. Its message tells nothing of the content. */
export class DamagedLogins extends Error {
  override readonly name = 'DamagedLogins';
}

/** Keys of Secrets that hold logins, the one of today first. */
export const PULL_SECRET_KEYS = ['.dockerconfigjson', '.dockercfg'] as const;

/**
 * Logins in the form of docker's `config.json`, under `auths`. What is there beside them is not looked at.
 * @throws DamagedLogins
 */
export function parseDockerConfig(text: string): LoginEntry[] {
  const { auths } = parseObject(text);
  return auths === undefined || auths === null ? [] : toEntries(auths, 'its auths are no mapping');
}

/** Logins of a Secret for pulls, whichever of its two types it is of. @throws DamagedLogins */
export function parsePullSecret(files: ReadonlyMap<string, Buffer>): LoginEntry[] {
  const [today, before] = PULL_SECRET_KEYS.map((key) => files.get(key)?.toString('utf8'));
  if (today !== undefined) return parseDockerConfig(today);
  if (before !== undefined) return toEntries(parseObject(before), 'it is no mapping');
  throw new DamagedLogins(`it has neither ${PULL_SECRET_KEYS.join(' nor ')}`);
}

/** The parser's own message would quote the text. @throws DamagedLogins */
export function parseObject(text: string): Record<string, unknown> {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw new DamagedLogins('it is not JSON');
  }
  if (!isRecord(value)) throw new DamagedLogins('it is no mapping');
  return value;
}

function toEntries(auths: unknown, otherwise: string): LoginEntry[] {
  if (!isRecord(auths)) throw new DamagedLogins(otherwise);
  return Object.entries(auths).flatMap(([pattern, entry]) => {
    const login = isRecord(entry) ? toLogin(entry) : {};
    return Object.keys(login).length === 0 ? [] : [{ pattern, login }];
  });
}

/** As docker and the kubelet read an entry: `auth` wins over the names beside it. */
function toLogin(entry: Record<string, unknown>): RegistryLogin {
  const { username, password } = { username: textOf(entry['username']), password: textOf(entry['password']), ...toBasic(textOf(entry['auth'])) };
  const [identityToken, registryToken] = [textOf(entry['identitytoken']), textOf(entry['registrytoken'])];
  return {
    ...(username !== '' && { username }),
    ...(password !== '' && { password }),
    ...(identityToken !== '' && { identityToken }),
    ...(registryToken !== '' && { registryToken }),
  };
}

function toBasic(auth: string): { username: string; password: string } | undefined {
  const decoded = Buffer.from(auth, 'base64').toString('utf8');
  const colon = decoded.indexOf(':');
  // Old versions of docker padded passwords with NULs.
  return colon < 0 ? undefined : { username: decoded.slice(0, colon), password: decoded.slice(colon + 1).replace(/^\0+|\0+$/g, '') };
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
