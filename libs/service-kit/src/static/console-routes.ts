import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { Router } from 'express';
import { AppError } from '../errors/app-error';
import type { Logger } from '../logging/logger';
import { loadStaticSite, type StaticSite } from './static-site';

/** What the console is told of whoever serves it, at `/ui/source.json`. */
export interface ConsoleSource {
  readonly source: 'registry' | 'gateway';
  readonly version: string;
}

export interface ConsoleOptions extends ConsoleSource {
  /** `CONSOLE`. */
  readonly setting: 'on' | 'off';
  /** The folder of the module that asks: the console is what its package depends on, or lies beside it in a bundle. */
  readonly from: string;
  readonly logger: Logger;
}

const MANIFEST = 'manifest.json';
const PACKAGE = '@rollcall/console/package.json';

/**
 * The console at `/ui`: static files, which hold no data and take no token; what they ask for does. Read when they are asked
 * for first: most processes are never looked at. `/` leads browsers there.
 */
export function consoleRoutes(options: ConsoleOptions): Router {
  const { setting, from, logger, source, version } = options;
  const router = Router();
  if (setting === 'off') return router;
  const folder = consoleFolder(from);
  if (folder === undefined) {
    logger.warn('the console is not there: /ui answers 404. Build it (npm run build), or set CONSOLE=off', {
      event: 'console_not_built',
    });
    return router;
  }

  let site: StaticSite | undefined;
  router.get('/', (req, res) => {
    if (req.get('accept')?.includes('text/html') !== true) throw notFound(req.path);
    res.redirect(302, '/ui/');
  });
  router.get('/ui/source.json', (_req, res) => {
    res.set('Cache-Control', 'no-store').json({ source, version } satisfies ConsoleSource);
  });
  router.get(['/ui', '/ui/*path'], (req, res) => {
    site ??= loadStaticSite(folder);
    if (!site.answer(req, res, req.path.replace(/^\/ui\/?/, ''))) throw notFound(req.path);
  });
  return router;
}

function notFound(path: string): AppError {
  return new AppError({ code: 'NOT_FOUND', status: 404, message: `There is nothing at ${path}.` });
}

function consoleFolder(from: string): string | undefined {
  return [join(from, 'console'), installedConsole(from)].find(
    (folder) => folder !== undefined && existsSync(join(folder, MANIFEST)),
  );
}

function installedConsole(from: string): string | undefined {
  try {
    return join(dirname(require.resolve(PACKAGE, { paths: [from] })), 'dist');
  } catch {
    return undefined;
  }
}
