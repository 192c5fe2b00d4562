/** The interLink front: the express app over a Provider, and the server that carries it. */
export { createApp, DEFAULT_BODY_LIMIT_BYTES } from './app.js';
export type { AppOptions } from './app.js';
export { DEFAULT_SOCKET_MODE, startServer } from './server.js';
export type { App, ListenAddress, ReadLimits, RunningServer, ServerOptions, ServerTls, SocketAddress } from './server.js';
export { readGroupId } from './socket-group.js';
export { HTTP_STATUS } from './http-status.js';
