import { Router } from 'express';
import assetFolder from 'swagger-ui-dist/absolute-path';
import type { OpenApiDocument } from './openapi-document';

const ASSETS = ['swagger-ui.css', 'swagger-ui-bundle.js'] as const;

/**
 * `/openapi.json`, and `/docs`, the same rendered for people by Swagger UI, which is served from here too. `describe` is
 * called when one of them is asked for: a document takes a tenth of the time that an app takes to start.
 */
export function openApiRoutes(describe: () => OpenApiDocument): Router {
  const router = Router();
  let described: OpenApiDocument | undefined;
  const document = () => (described ??= describe());

  router.get('/openapi.json', (_req, res) => res.json(document()));
  router.get('/docs', (_req, res) => {
    // Nothing but this page's own files may run or be shown in it.
    res.setHeader(
      'Content-Security-Policy',
      "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; connect-src 'self'",
    );
    res.type('html').send(docsPage(document().info.title));
  });
  router.get('/docs/start.js', (_req, res) => res.type('js').send(START));
  for (const asset of ASSETS)
    router.get(`/docs/${asset}`, (_req, res) => res.sendFile(asset, { root: assetFolder(), maxAge: '1d' }));
  return router;
}

const START = "window.ui = SwaggerUIBundle({ url: 'openapi.json', dom_id: '#ui', deepLinking: true });\n";

/** Relative addresses, so that the page also works behind a prefix. */
function docsPage(title: string): string {
  return `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8" />
    <meta name="viewport" content="width=device-width" />
    <title>${title.replace(/[<&]/g, '')}</title>
    <link rel="stylesheet" href="docs/swagger-ui.css" />
  </head>
  <body>
    <div id="ui"></div>
    <script src="docs/swagger-ui-bundle.js"></script>
    <script src="docs/start.js"></script>
  </body>
</html>
`;
}
