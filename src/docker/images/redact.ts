import type { RegistryLogin } from '../../engine/index.js';

const HIDDEN = '***';

/** A text of somebody else's without anything secret of these logins, in the forms that registries and engines write them in. */
export function redact(text: string, logins: readonly RegistryLogin[]): string {
  const secrets = logins.flatMap(secretsOf).flatMap((secret) => [secret, encodeURIComponent(secret), JSON.stringify(secret).slice(1, -1)]);
  const longestFirst = [...new Set(secrets)].filter((secret) => secret !== '').sort((a, b) => b.length - a.length);
  return longestFirst.reduce((rest, secret) => rest.replaceAll(secret, HIDDEN), text);
}

function secretsOf({ username = '', password = '', identityToken = '', registryToken = '' }: RegistryLogin): string[] {
  return [password, identityToken, registryToken, ...(password === '' ? [] : [Buffer.from(`${username}:${password}`).toString('base64')])];
}
