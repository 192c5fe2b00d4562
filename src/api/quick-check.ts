import { Ajv, type ValidateFunction } from 'ajv';
import type { RequestHandler } from 'express';
import { PLUGIN_API_DOCUMENT } from '../wire/index.js';

type SchemaName = keyof typeof PLUGIN_API_DOCUMENT.components.schemas;

const METHODS: ReadonlySet<string> = new Set(['GET', 'POST']);

/**
 * Answers a request whose body is a list of what the document's `schema` says, as nearly every one is, by `route`, and leaves all others
 * to the validator that comes after it: what is wrong with one is told there, in one place. The check is of the same schema, made a
 * function once, where the validator looks for the path's own at every request: on a path that is polled that is a third of the cost.
 */
export function answerValid(path: string, schema: SchemaName, route: RequestHandler): RequestHandler {
  const isValid = compileListCheck(schema);
  return (request, response, next) => {
    const isPlain = METHODS.has(request.method) && request.originalUrl === path;
    return isPlain && isValid(request.body) ? route(request, response, next) : next();
  };
}

/** Whether a value is a list of such objects. Nothing is filled in, coerced or removed. */
export function compileListCheck(schema: SchemaName): ValidateFunction {
  // The document has words of OpenAPI beside its schemas, of which this takes none; `nullable` it knows.
  const ajv = new Ajv({ strict: false, validateFormats: false, messages: false });
  ajv.addSchema({ components: { schemas: structuredClone(PLUGIN_API_DOCUMENT.components.schemas) } }, 'api');
  return ajv.compile({ type: 'array', items: { $ref: `api#/components/schemas/${schema}` } });
}
