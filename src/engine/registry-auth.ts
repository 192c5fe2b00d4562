import type { RegistryLogin } from './image-types.js';

/** A login as header `X-Registry-Auth` takes it: JSON in URL-safe base64. @see Docker Engine API, Authentication */
export function toRegistryAuth({ username, password, identityToken, registryToken }: RegistryLogin): string {
  const auth = { username, password, identitytoken: identityToken, registrytoken: registryToken };
  return Buffer.from(JSON.stringify(auth)).toString('base64').replaceAll('+', '-').replaceAll('/', '_');
}
