import type { ErrorRequestHandler, Response } from 'express';
import { messageOf, ProviderError } from '../errors.js';
import type { LogFields } from '../log.js';
import { WireError } from '../wire/index.js';
import { toBodyFailure } from './body.js';
import { noteFailure } from './call.js';
import { HTTP_STATUS } from './http-status.js';
import { toValidatorFailure } from './validation.js';

/** An answer that is not the wished for one. */
export interface Failure {
  readonly status: number;
  /** For people: interLink shows it as the pod's message. */
  readonly text: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** The end of every failed request: status and text, or a broken connection where an answer is under way already. */
export const answerFailure: ErrorRequestHandler = (error: unknown, _request, response, next) => {
  void next; // express knows a handler of errors by its four parameters
  const failure = toFailure(error);
  noteFailure(response, failure.status >= 500 ? 'error' : 'debug', toLogFields(error, failure));
  // what has begun as a success must not end like one
  if (response.headersSent || response.destroyed) response.destroy();
  else sendText(response, failure);
};

/** Sends one line of plain text. */
export function sendText(response: Response, { status, text, headers = {} }: Failure): void {
  response.status(status).set(headers).set('X-Content-Type-Options', 'nosniff').type('text/plain').send(text);
}

function toFailure(error: unknown): Failure {
  if (error instanceof ProviderError) return { status: HTTP_STATUS[error.kind], text: error.message };
  if (error instanceof WireError) return { status: HTTP_STATUS.InvalidPod, text: error.message };
  if (error instanceof URIError) return { status: 400, text: 'the path of the request cannot be decoded' };
  return toBodyFailure(error) ?? toValidatorFailure(error) ?? { status: 500, text: 'internal error: see the log of the plugin' };
}

function toLogFields(error: unknown, { status, text }: Failure): LogFields {
  const expected = error instanceof ProviderError || status < 500;
  return {
    error: expected ? text : messageOf(error),
    ...(error instanceof Error && error.cause !== undefined ? { cause: causesOf(error) } : {}),
    ...(!expected && error instanceof Error ? { stack: error.stack } : {}),
  };
}

function causesOf(error: Error): string {
  const messages: string[] = [];
  for (let cause = error.cause; cause !== undefined; cause = cause instanceof Error ? cause.cause : undefined) {
    messages.push(messageOf(cause));
  }
  return messages.join(': ');
}
