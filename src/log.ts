import winston from 'winston';
import type { Tracer } from './telemetry.js';

/** Fields of a log line. Never put env values, file contents or whole pods here. */
export type LogFields = Readonly<Record<string, string | number | boolean | undefined>>;

/** One line per change of state; `child` adds fields to every line (podUid, namespace, pod, container, session). */
export interface Logger {
  /** For whoever looks for a fault. */
  debug(message: string, fields?: LogFields): void;
  /** A change of state. */
  info(message: string, fields?: LogFields): void;
  /** Something that an operator may have to do something about. */
  warn(message: string, fields?: LogFields): void;
  /** Something that has failed here. */
  error(message: string, fields?: LogFields): void;
  /** A logger that adds these fields to each of its lines. */
  child(fields: LogFields): Logger;
}

/** The least that is written. */
export type LogLevel = 'debug' | 'info' | 'warn' | 'error';

/** One whose level can be changed while it is in use, for its children too. */
export interface ProcessLogger extends Logger {
  /** From now on. */
  setLevel(level: LogLevel): void;
}

/** Writes to stderr: JSON lines, or plain text where a person looks at a terminal. */
export function createLogger(level: LogLevel): ProcessLogger {
  // Whoever took the log may be gone; without a listener the next line would end the process.
  if (process.stderr.listenerCount('error') === 0) process.stderr.on('error', () => undefined);
  const line = process.stderr.isTTY ? winston.format.printf(toPlainLine) : winston.format.printf(toJsonLine);
  const format = winston.format.combine(winston.format.timestamp(), line);
  const logger = winston.createLogger({ level, format, transports: [new winston.transports.Stream({ stream: process.stderr })] });
  return { ...wrap(logger), setLevel: (newer) => void (logger.level = newer) };
}

/** The same logger, with the trace that the work under way belongs to on its lines. */
export function traced(logger: Logger, tracer: Tracer): Logger {
  const at = (level: LogLevel) => (message: string, fields?: LogFields) => {
    const { current } = tracer;
    logger[level](message, current === undefined ? fields : { ...fields, traceId: current.context.traceId, spanId: current.context.spanId });
  };
  return { debug: at('debug'), info: at('info'), warn: at('warn'), error: at('error'), child: (fields) => traced(logger.child(fields), tracer) };
}

/** A logger that says nothing, for tests and embedders. */
export const silentLogger: Logger = {
  debug: () => undefined,
  info: () => undefined,
  warn: () => undefined,
  error: () => undefined,
  child: () => silentLogger,
};

/** What a terminal obeys, or shows in another order than it is written in; pods, images and registries have their say in a line. */
const CONTROLS = /[\p{Cc}\p{Bidi_Control}\p{Zl}\p{Zp}]/gu;

/** For people: fields that exist, quoted where they would not be told apart. Nothing in it begins a line, or moves a cursor. */
export function toPlainLine({ timestamp, level, message, ...fields }: Readonly<Record<string, unknown>>): string {
  const rest = Object.entries(fields).flatMap(([key, value]) => (value === undefined ? [] : [`${key}=${toWord(typeof value === 'string' ? value : JSON.stringify(value))}`]));
  return withoutControls([String(timestamp), String(level).toUpperCase(), String(message), ...rest].join(' '));
}

/** For programs; somebody may look at it all the same. */
export function toJsonLine({ timestamp, level, message, ...fields }: Readonly<Record<string, unknown>>): string {
  return withoutControls(JSON.stringify({ timestamp, level, message, ...fields }));
}

function toWord(text: string): string {
  return /^[^\s"=]+$/.test(text) ? text : JSON.stringify(text);
}

/** As JSON writes them, so that a line of it stays one. */
function withoutControls(line: string): string {
  return line.replaceAll(CONTROLS, (control) => `\\u${control.charCodeAt(0).toString(16).padStart(4, '0')}`);
}

function wrap(logger: winston.Logger): Logger {
  // winston formats a line before it looks at its level.
  const at = (level: LogLevel) => (message: string, fields?: LogFields) => {
    if (logger.isLevelEnabled(level)) logger.log(level, message, fields);
  };
  return {
    debug: at('debug'),
    info: at('info'),
    warn: at('warn'),
    error: at('error'),
    child: (fields) => wrap(logger.child(fields)),
  };
}
