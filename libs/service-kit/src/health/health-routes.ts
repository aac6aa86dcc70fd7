import { INSTANCE_HEADER } from '@rollcall/contracts';
import { Router, type Response } from 'express';
import type { CheckResult, Health } from './health';

/**
 * `/livez`, `/startupz`, `/readyz` as Kubernetes' API server answers them (200 or 503, one line a check), and
 * `/health` as application/health+json. Every answer names the instance that gave it, so that a probe of an
 * address which another process has taken over is not mistaken for the one that was registered there.
 */
export function healthRoutes(health: Health, identity: () => string | undefined): Router {
  const router = Router();

  router.get('/livez', (_req, res) => plain(name(res), [{ name: 'process', ok: true }]));
  router.get('/startupz', (_req, res) => plain(name(res), [{ name: 'startup', ok: health.isStarted() }]));
  router.get('/readyz', async (_req, res) => plain(name(res), (await health.readiness()).checks));

  router.get('/health', async (_req, res) => {
    const { ok, checks } = await health.readiness();
    name(res)
      .status(ok ? 200 : 503)
      .type('application/health+json')
      .send(
        JSON.stringify({
          status: ok ? 'pass' : 'fail',
          checks: Object.fromEntries(
            checks.map((check) => [
              check.name,
              [{ status: check.ok ? 'pass' : 'fail', ...(check.reason ? { output: check.reason } : {}) }],
            ]),
          ),
        }),
      );
  });
  return router;

  function name(res: Response): Response {
    const instance = identity();
    if (instance !== undefined) res.setHeader(INSTANCE_HEADER, instance);
    return res.setHeader('Cache-Control', 'no-store');
  }
}

function plain(res: Response, checks: readonly CheckResult[]): void {
  const ok = checks.every((check) => check.ok);
  const lines = checks.map(
    ({ name, ok, reason }) => `[${ok ? '+' : '-'}]${name} ${ok ? 'ok' : (reason ?? 'failed')}\n`,
  );
  res
    .status(ok ? 200 : 503)
    .type('text/plain')
    .send(lines.join(''));
}
