import type { RequestHandler } from 'express';
import * as OpenApiValidator from 'express-openapi-validator';
import { memberPath, PLUGIN_API_DOCUMENT } from '../wire/index.js';
import type { Failure } from './failures.js';

export type ApiPath = keyof typeof PLUGIN_API_DOCUMENT.paths;

/**
 * Checks requests of `paths` against the API document. Bodies come out as they went in: nothing is filled in, coerced or
 * removed. For each request the validator compiles the patterns of its paths anew, so a busy path gets one of its own.
 */
export function validateRequests(paths: readonly ApiPath[]): readonly RequestHandler[] {
  const document = structuredClone(PLUGIN_API_DOCUMENT); // the validator writes into it
  return OpenApiValidator.middleware({
    apiSpec: { ...document, paths: Object.fromEntries(paths.map((path) => [path, document.paths[path]])) },
    validateApiSpec: false, // a unit test does that
    validateRequests: true,
    validateResponses: false,
    validateSecurity: false,
    fileUploader: false,
  });
}

/** The answer for an error of the validator: the wrong field's path, and what it must be. */
export function toValidatorFailure(error: unknown): Failure | undefined {
  if (!(error instanceof OpenApiValidator.error.BadRequest)) return toRoutingFailure(error);
  const wrong = mostTelling(error.errors);
  return { status: 400, text: wrong === undefined ? error.message : describe(wrong) };
}

interface WrongField {
  readonly path: string;
  readonly message: string;
  readonly errorCode?: string;
}

function toRoutingFailure(error: unknown): Failure | undefined {
  const { MethodNotAllowed, NotFound, UnsupportedMediaType } = OpenApiValidator.error;
  if (error instanceof MethodNotAllowed) return { status: error.status, text: error.message, headers: { Allow: error.headers?.['Allow'] ?? '' } };
  if (error instanceof NotFound || error instanceof UnsupportedMediaType) return { status: error.status, text: error.message };
  return undefined;
}

/** Where a body may have one of two forms, the form it was meant to have is the one that fits deepest. */
function mostTelling(fields: readonly WrongField[]): WrongField | undefined {
  const depth = ({ path }: WrongField): number => path.split('/').length;
  return fields
    .filter(({ errorCode }) => !/^(anyOf|oneOf)\./.test(errorCode ?? ''))
    .reduce<WrongField | undefined>((best, field) => (best === undefined || depth(field) > depth(best) ? field : best), undefined);
}

function describe({ path, message, errorCode = '' }: WrongField): string {
  const where = toFieldPath(path);
  if (errorCode.startsWith('required.')) return `${where} is required`;
  return `${where === '' ? 'request body' : where} ${message.replace(/,null$/, '')}`;
}

/** `/body/pod/spec/containers/0/image` → `pod.spec.containers[0].image` */
function toFieldPath(pointer: string): string {
  return pointer
    .split('/')
    .slice(1)
    .filter((part, index) => !(index === 0 && part === 'body'))
    .map((part) => part.replaceAll('~1', '/').replaceAll('~0', '~'))
    .reduce((path, part) => memberPath(path, /^\d+$/.test(part) ? Number(part) : part), '');
}
