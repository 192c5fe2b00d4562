/** The plugin answered, but not with 200. The message is the plugin's own text. */
export class PluginRefused extends Error {
  override readonly name = 'PluginRefused';

  constructor(
    readonly call: string,
    readonly status: number,
    text: string,
    options?: ErrorOptions,
  ) {
    super(text.trim() || `HTTP ${status} without a text`, options);
  }
}

/** No whole answer came: nobody listens, the connection broke, or it took too long. */
export class PluginUnreachable extends Error {
  override readonly name = 'PluginUnreachable';

  constructor(
    readonly call: string,
    /** Node's code (`ECONNREFUSED`, `ENOENT`, …) where there is one. */
    readonly code: string | undefined,
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}
