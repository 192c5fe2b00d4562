import express, { type RequestHandler } from 'express';
import type { Failure } from './failures.js';
import { isNestedDeeper } from './nesting.js';

const JSON_TYPE = 'application/json';
/** Deeper than any Kubernetes object, in a list of requests. */
const MOST_LEVELS = 128;

/**
 * Reads JSON bodies of any method, whatever their Content-Type says: callers other than interLink forget it.
 * `limitBytes` counts the body as it is after decompression.
 */
export function readJson(limitBytes: number): readonly RequestHandler[] {
  return [
    (request, _response, next) => {
      request.headers['content-type'] = JSON_TYPE;
      next();
    },
    express.json({ limit: limitBytes, type: JSON_TYPE, verify: refuseDeep }),
  ];
}

/** The reader makes an error of its own of what is thrown here. */
function refuseDeep(_request: unknown, _response: unknown, body: Buffer): void {
  if (isNestedDeeper(body, MOST_LEVELS)) throw new Error('nested too deeply');
}

/** The answer for an error of the body reader; its own messages quote the body, which may hold secrets. */
export function toBodyFailure(error: unknown): Failure | undefined {
  if (!isReaderError(error)) return undefined;
  switch (error.type) {
    case 'entity.too.large':
      return { status: 413, text: `request body is larger than ${String(error.limit)} bytes` };
    case 'entity.parse.failed':
      return { status: 400, text: `request body is not a JSON object or array${positionIn(error.message)}` };
    case 'entity.verify.failed':
      return { status: 400, text: `request body is nested more than ${MOST_LEVELS} levels deep` };
    default:
      return { status: error.status, text: `request body cannot be read: ${error.type ?? error.code ?? 'it is damaged'}` };
  }
}

interface ReaderError extends Error {
  /** None where the decompression failed. */
  readonly type?: string;
  readonly code?: string;
  readonly status: number;
  readonly limit?: number;
}

function isReaderError(error: unknown): error is ReaderError {
  return error instanceof Error && 'expose' in error && 'status' in error && typeof error.status === 'number' && error.status < 500;
}

function positionIn(message: string): string {
  const position = / at position (\d+)/.exec(message)?.[1];
  return position === undefined ? '' : `: it breaks at position ${position}`;
}
