import { PluginRefused, PluginUnreachable } from '../caller/index.js';
import { messageOf } from '../errors.js';

const NOBODY_LISTENS = ['ECONNREFUSED', 'ENOENT'];
const FORBIDDEN = 403;
const UNAVAILABLE = 503;

/** One sentence for a person, with what to do about it. */
export function explainFailure(error: unknown, url: string): string {
  if (error instanceof PluginUnreachable) return explainUnreachable(error, url);
  if (error instanceof PluginRefused) {
    const verb = error.status < 500 ? 'refused' : 'failed at';
    return `The plugin at ${url} ${verb} ${error.call} (HTTP ${error.status}): ${error.message}`;
  }
  return messageOf(error);
}

/** Whether a plugin takes no orders at its address, nor tells anybody there. */
export function isForbidden(error: unknown): boolean {
  return error instanceof PluginRefused && error.status === FORBIDDEN;
}

/** Whether a plugin could not be asked: it is not there, does not answer, tells nobody at its address, or does not know its pods yet. */
export function gaveNoAnswer(error: unknown): boolean {
  if (error instanceof PluginRefused) return isForbidden(error) || error.status === UNAVAILABLE;
  return error instanceof PluginUnreachable || (error instanceof DOMException && error.name === 'TimeoutError');
}

/** Whether the call cannot have reached a plugin. */
export function neverArrived(error: unknown): boolean {
  return error instanceof PluginUnreachable && [...NOBODY_LISTENS, 'EACCES', 'ENOTFOUND', 'EAI_AGAIN'].includes(error.code ?? '');
}

function explainUnreachable(error: PluginUnreachable, url: string): string {
  const { code = '' } = error;
  if (NOBODY_LISTENS.includes(code)) {
    return `No plugin listens at ${url}: start one with "interlink-docker serve", or give the address of another with --url`;
  }
  if (code === 'EACCES') return `This user may not open ${url}: join the group of the socket, or run as its owner`;
  return `The plugin at ${url} did not answer ${error.call} (${error.message}): look into its log`;
}
