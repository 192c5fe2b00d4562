import { DEFAULT_REGISTRY } from './image-names.js';
import type { LoginEntry, RegistryLogin } from './registry-logins.js';

/** Docker's old names for its own registry. */
const DEFAULT_REGISTRY_NAMES = [`index.${DEFAULT_REGISTRY}`, `registry-1.${DEFAULT_REGISTRY}`];

/** No name of a repository is longer. */
const LONGEST_PATTERN = 512;

/**
 * Logins for a repository, in the kubelet's order: of two that share their beginning the longer one first, and wildcards after
 * what they stand for. Each login once.
 * @param repository with its registry, as `repositoryOf` writes it
 * @see Kubernetes, Images: "Interpretation of config.json"
 */
export function matchLogins(entries: readonly LoginEntry[], repository: string): RegistryLogin[] {
  const target = splitPattern(repository);
  const matching = entries
    .filter(({ pattern }) => pattern.length <= LONGEST_PATTERN)
    .map(({ pattern, login }) => ({ login, place: splitPattern(pattern) }))
    .filter(({ place }) => matches(place, target))
    .sort((a, b) => compare(b.place.key, a.place.key));
  return [...new Map(matching.map(({ login }) => [JSON.stringify(login), login])).values()];
}

interface Place {
  /** Labels of the host name; `*`, `?` and `[a-z]` stand for others within a label. */
  readonly labels: readonly string[];
  /** Empty where none is named. */
  readonly port: string;
  /** With its slash; empty for a whole registry. */
  readonly path: string;
  readonly key: string;
}

/** `https://r.io/v2/` is how docker once wrote a registry. */
function splitPattern(pattern: string): Place {
  const [, written = '', rest = ''] = /^(?:https?:\/\/)?([^/]*)(.*)$/s.exec(pattern) ?? [];
  const [, name = '', port = ''] = /^(.*?)(?::(\d*))?$/s.exec(written.toLowerCase()) ?? [];
  const host = DEFAULT_REGISTRY_NAMES.includes(name) ? DEFAULT_REGISTRY : name;
  const path = rest.replace(/^\/v[12]\//, '/');
  const place = { labels: host.split('.'), port, path: path === '/' ? '' : path };
  return { ...place, key: `${host}${port && `:${port}`}${place.path}` };
}

function matches(pattern: Place, target: Place): boolean {
  return (
    pattern.port === target.port &&
    target.path.startsWith(pattern.path) &&
    pattern.labels.length === target.labels.length &&
    pattern.labels.every((label, index) => matchesLabel(label, target.labels[index] ?? ''))
  );
}

function compare(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}

/** Goes back to the newest star only, so that no pattern takes long, whoever wrote it. */
function matchesLabel(pattern: string, label: string): boolean {
  const pieces = pattern.match(/\[\^?[^\]]{1,40}\]|[^]/g) ?? [];
  let [piece, at, star, starAt] = [0, 0, -1, 0];
  while (at < label.length) {
    if (pieces[piece] === '*') {
      [star, starAt] = [piece++, at];
    } else if (matchesCharacter(pieces[piece], label[at] ?? '')) {
      piece++;
      at++;
    } else if (star >= 0) {
      piece = star + 1;
      at = ++starAt;
    } else {
      return false;
    }
  }
  return pieces.slice(piece).every((rest) => rest === '*');
}

function matchesCharacter(piece: string | undefined, character: string): boolean {
  if (piece === undefined || piece.length === 1) return piece === '?' || piece === character;
  const isNegated = piece.startsWith('[^');
  const ranges = piece.slice(isNegated ? 2 : 1, -1).match(/[^]-[^]|[^]/g) ?? [];
  return ranges.some((range) => character >= (range[0] ?? '') && character <= (range.at(-1) ?? '')) !== isNegated;
}
