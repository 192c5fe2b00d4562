import type { Volume } from '../../kube/index.js';
import type { FileMap } from '../../provider/index.js';

/** What an API server gives a token that does not say. */
const DEFAULT_SECONDS = 3600;
/** Later dates are no dates to JavaScript. */
const LATEST_SECONDS = 8.64e12;

/**
 * When the first of a volume's service account tokens ends, RFC 3339: by its own words, else as long after the pod's acceptance
 * as it was asked for. `undefined`: the volume has none.
 */
export function tokenExpiry({ projected }: Volume, arrived: FileMap | undefined, acceptedAt: Date): string | undefined {
  const ends = (projected?.sources ?? []).flatMap(({ serviceAccountToken: token }) => {
    const data = token && arrived?.get(token.path);
    if (!token || data === undefined) return [];
    return [expiryOf(data.toString('latin1')) ?? acceptedAt.getTime() / 1000 + (token.expirationSeconds ?? DEFAULT_SECONDS)];
  });
  return ends.length === 0 ? undefined : new Date(Math.min(...ends, LATEST_SECONDS) * 1000).toISOString();
}

/** Seconds since 1970, of a JSON web token with the claim `exp`. */
function expiryOf(token: string): number | undefined {
  const [, claims = '', signature] = token.split('.');
  if (signature === undefined) return undefined;
  try {
    const { exp } = JSON.parse(Buffer.from(claims, 'base64url').toString('utf8')) as { exp?: unknown };
    return typeof exp === 'number' && exp >= 0 ? exp : undefined;
  } catch {
    return undefined; // no token of that kind; what is in it is nobody's business
  }
}
