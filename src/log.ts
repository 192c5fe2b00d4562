import winston from 'winston';

/** Fields of a log line. Never put env values, file contents or whole pods here. */
export type LogFields = Readonly<Record<string, string | number | boolean | undefined>>;

/** One line per change of state; `child` adds fields to every line (podUid, namespace, pod, container, session). */
export interface Logger {
  debug(message: string, fields?: LogFields): void;
  info(message: string, fields?: LogFields): void;
  warn(message: string, fields?: LogFields): void;
  error(message: string, fields?: LogFields): void;
  child(fields: LogFields): Logger;
}

export type LogLevel = 'debug' | 'info' | 'warn' | 'error';

/** Writes to stderr: JSON lines, or plain text where a person looks at a terminal. */
export function createLogger(level: LogLevel): Logger {
  const format = process.stderr.isTTY
    ? winston.format.combine(winston.format.timestamp(), winston.format.printf(toPlainLine))
    : winston.format.combine(winston.format.timestamp(), winston.format.json());
  return wrap(
    winston.createLogger({
      level,
      format,
      transports: [new winston.transports.Stream({ stream: process.stderr })],
    }),
  );
}

/** A logger that says nothing, for tests and embedders. */
export const silentLogger: Logger = {
  debug: () => undefined,
  info: () => undefined,
  warn: () => undefined,
  error: () => undefined,
  child: () => silentLogger,
};

function toPlainLine({ timestamp, level, message, ...fields }: winston.Logform.TransformableInfo): string {
  const rest = Object.entries(fields).map(([key, value]) => `${key}=${String(value)}`);
  return [String(timestamp), level.toUpperCase(), String(message), ...rest].join(' ');
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
