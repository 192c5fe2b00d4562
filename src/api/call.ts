import { randomUUID } from 'node:crypto';
import type { Request, RequestHandler, Response } from 'express';
import type { Logger, LogFields } from '../log.js';
import type { CallContext } from '../provider/index.js';
import { parseTraceparent, type Span, type Tracer } from '../telemetry.js';
import type { HttpMeter } from './http-meter.js';

const SESSION_HEADER = 'interlink-http-session';
const LONGEST_SESSION = 128;

/** What `recordCalls` leaves at a response for those who come after it. */
interface CallRecord {
  readonly context: CallContext;
  /** Of one of interLink's calls that is traced. */
  readonly span?: Span | undefined;
  /** More of the log line: what went wrong. `error` is for what the caller did not cause. */
  failure?: { readonly level: 'debug' | 'error'; readonly fields: LogFields };
}

const CALL = Symbol('call');
type WithCall = Response & { [CALL]?: CallRecord };

/**
 * Gives every request its `CallContext`, its figures, and its one log line, written when the answer is out or the caller has left:
 * error for failures from status 500 on, debug for the rest.
 */
export function recordCalls(log: Logger, meter: HttpMeter, tracer?: Tracer): RequestHandler {
  return (request, response, next) => {
    const startedMs = performance.now();
    const caller = new AbortController();
    const session = toSession(request);
    const span = tracer === undefined ? undefined : beginSpan(tracer, request, session);
    const record: CallRecord = { context: { session, signal: caller.signal }, span };
    (response as WithCall)[CALL] = record;
    meter.began();
    response.once('close', () => {
      const durationMs = performance.now() - startedMs;
      meter.ended(routeOf(request), response.headersSent ? response.statusCode : undefined, durationMs);
      endSpan(span, response);
      if (!response.writableFinished) caller.abort(new Error('the caller has left'));
      // a stream's failure closes the response first and is noted right after
      setImmediate(() => writeLine(log, request, response, record, durationMs));
    });
    next();
  };
}

function writeLine(log: Logger, request: Request, response: Response, record: CallRecord, durationMs: number): void {
  log[record.failure?.level ?? 'debug']('request', {
    session: record.context.session,
    ...(record.span && { traceId: record.span.context.traceId }),
    method: request.method,
    path: request.path,
    ...(response.headersSent ? { status: response.statusCode } : {}),
    ...(response.writableFinished ? {} : { brokenOff: true }),
    durationMs: Math.round(durationMs),
    ...record.failure?.fields,
  });
}

/** What interLink asks for; the rest is not worth a trace. */
const TRACED: ReadonlySet<string> = new Set(['/create', '/delete', '/status', '/getLogs']);

function beginSpan(tracer: Tracer, request: Request, session: string): Span | undefined {
  const { method, path } = request;
  if (!TRACED.has(path)) return undefined;
  const attributes = { 'http.request.method': method, 'http.route': path, 'interlink.session': session };
  return tracer.begin(`${method} ${path}`, { kind: 'server', parent: parseTraceparent(request.headers['traceparent']), attributes });
}

function endSpan(span: Span | undefined, response: Response): void {
  if (span === undefined) return;
  if (response.headersSent) span.set({ 'http.response.status_code': response.statusCode });
  const isWhole = response.writableFinished;
  span.end(!isWhole ? 'brokenOff' : response.statusCode >= 500 ? String(response.statusCode) : undefined);
}

/** What comes after it belongs to the call's span: reading the body has gone through the hands of others. */
export function continueSpan(tracer: Tracer): RequestHandler {
  return (_request, response, next) => tracer.within(recordOf(response).span, next);
}

/** The pattern in the code that the request's path matched; `undefined`: none did. */
function routeOf(request: Request): string | undefined {
  const { route } = request as { readonly route?: { readonly path?: unknown } };
  return typeof route?.path === 'string' ? route.path : undefined;
}

/** The context of the call that `response` answers. */
export function contextOf(response: Response): CallContext {
  return recordOf(response).context;
}

/** Adds what went wrong to the request's log line. */
export function noteFailure(response: Response, level: 'debug' | 'error', fields: LogFields): void {
  recordOf(response).failure = { level, fields };
}

function recordOf(response: WithCall): CallRecord {
  const record = response[CALL];
  if (record === undefined) throw new Error('recordCalls has to come before every route');
  return record;
}

function toSession(request: Request): string {
  const given = request.headers[SESSION_HEADER];
  return typeof given === 'string' && given !== '' ? given.slice(0, LONGEST_SESSION) : `Request-${randomUUID()}`;
}
