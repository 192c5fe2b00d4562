import { createHash } from 'node:crypto';
import { Router } from 'express';
import { PLUGIN_API_DOCUMENT } from '../wire/index.js';
import { DOCS_STYLE, toDocsPage } from './docs-page.js';

/** `GET /openapi.json`, and `GET /docs`: the same for people, one page that loads nothing and runs nothing. */
export function documentRoutes(): Router {
  const page = toDocsPage(PLUGIN_API_DOCUMENT);
  const styleHash = createHash('sha256').update(DOCS_STYLE).digest('base64');
  const policy = `default-src 'none'; style-src 'sha256-${styleHash}'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`;
  const router = Router();
  router.get('/openapi.json', (_request, response) => {
    response.json(PLUGIN_API_DOCUMENT);
  });
  router.get('/docs', (_request, response) => {
    response.set({ 'Content-Security-Policy': policy, 'X-Content-Type-Options': 'nosniff' }).type('html').send(page);
  });
  return router;
}
