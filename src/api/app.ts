import type { RequestListener } from 'node:http';
import express, { type RequestHandler } from 'express';
import { systemClock, type Clock } from '../clock.js';
import type { Logger } from '../log.js';
import type { Provider } from '../provider/index.js';
import type { Tracer } from '../telemetry.js';
import { readJson } from './body.js';
import { refusePassedOn, refuseTurnedNames, refuseWebPages } from './browser-guard.js';
import { continueSpan, recordCalls } from './call.js';
import { createRoute } from './create.js';
import { debugNodeRoute, type NodeRequest } from './debug-node.js';
import { debugPodRoute, debugPodsRoute } from './debug-pods.js';
import { deleteRoute } from './delete.js';
import { documentRoutes } from './docs.js';
import { answerFailure, sendText } from './failures.js';
import { getLogsRoute } from './get-logs.js';
import { HttpMeter } from './http-meter.js';
import { metricsRoute } from './metrics.js';
import { answerValid } from './quick-check.js';
import { readyzRoute } from './readyz.js';
import { statusRoute } from './status.js';
import { validateRequests } from './validation.js';

/** What interLink sends at most is a pod with its ConfigMaps and Secrets, each of which Kubernetes holds to 1 MiB. */
export const DEFAULT_BODY_LIMIT_BYTES = 16 * 1024 * 1024;

/** What an app is made with. */
export interface AppOptions {
  readonly log: Logger;
  /** Larger bodies are answered with 413. Default 16 MiB. */
  readonly bodyLimitBytes?: number;
  /** When it fires, log streams that follow are broken off; everything else is finished. */
  readonly stopping?: AbortSignal;
  /** Gives figures of the process and its requests at `/metrics` too: memory, open files, event loop. For one app of a process. Default: no. */
  readonly processMetrics?: boolean;
  /** Whether it is served where only this host can ask: what is for the operator alone is told then. Default: no. */
  readonly isLocal?: boolean;
  /** Default: nothing is traced. */
  readonly tracer?: Tracer;
  /** For the tests; relative times of log requests are counted from it. */
  readonly clock?: Clock;
}

/**
 * The plugin's HTTP side: interLink's four calls answered by `provider`, plus `/healthz`, `/readyz`, `/metrics`, `/debug/pods`, `/debug/node`, `/openapi.json` and `/docs`.
 * Neither listens nor starts the provider: see `startServer`.
 */
export function createApp(provider: Provider, options: AppOptions): RequestListener {
  const { log, bodyLimitBytes = DEFAULT_BODY_LIMIT_BYTES, clock = systemClock, tracer } = options;
  const status = statusRoute(provider);
  const getLogs = getLogsRoute(provider, clock, options.stopping);
  const readBody = [refuseWebPages, ...readJson(bodyLimitBytes), ...(tracer === undefined ? [] : [continueSpan(tracer)])];
  const polled = [...readBody, answerValid('/status', 'Pod', status), ...validateRequests(['/status'])];
  const checked = [...readBody, ...validateRequests(['/create', '/delete', '/getLogs'])];
  const told = [refuseWebPages, refuseTurnedNames];
  const ordered = [...told, refusePassedOn];
  const meter = new HttpMeter();
  const app = express().disable('x-powered-by').disable('etag');
  app.use(recordCalls(log, meter, tracer));
  app.route('/status').all(polled).get(status).post(status);
  app.route('/getLogs').all(checked).get(getLogs).post(getLogs);
  app.route('/create').all(checked).post(createRoute(provider));
  app.route('/delete').all(checked).post(deleteRoute(provider));
  app.get('/healthz', (_request, response) => sendText(response, { status: 200, text: 'ok' }));
  app.get('/readyz', readyzRoute(provider, options.stopping));
  app.get('/metrics', ...told, metricsRoute(provider, options.processMetrics === true, meter));
  app.get('/debug/pods', ...ordered, debugPodsRoute(provider, options.isLocal === true));
  const node = (ask: NodeRequest): RequestHandler => debugNodeRoute(provider, options.isLocal === true, ask);
  app.get('/debug/node', ...ordered, node((operations) => operations.state()));
  app.post('/debug/node/cordon', ...ordered, node((operations) => operations.cordon(true)));
  app.post('/debug/node/uncordon', ...ordered, node((operations) => operations.cordon(false)));
  app.post('/debug/node/drain', ...ordered, node((operations) => operations.drain()));
  app.get('/debug/pods/:uid', ...ordered, debugPodRoute(provider, options.isLocal === true));
  app.use(documentRoutes());
  app.use((_request, response) => sendText(response, { status: 404, text: 'not found' }));
  app.use(answerFailure);
  return app;
}
