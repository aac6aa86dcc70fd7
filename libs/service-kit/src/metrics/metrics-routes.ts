import { Router } from 'express';
import { Registry } from 'prom-client';
import type { Metrics } from './metrics';
import { OPEN_METRICS_CONTENT_TYPE, openMetricsText } from './open-metrics';

/** Without parameters of its own the first would be taken for what any version of it asks for. */
const OFFERED = [Registry.PROMETHEUS_CONTENT_TYPE, OPEN_METRICS_CONTENT_TYPE].map((type) =>
  type.replace('; charset=utf-8', ''),
);

/** `/metrics` in the Prometheus text format, or in OpenMetrics, with exemplars, for clients whose Accept prefers it. */
export function metricsRoutes({ registry }: Metrics): Router {
  const router = Router();
  router.get('/metrics', async (req, res) => {
    res.vary('Accept');
    const open = req.accepts(OFFERED) === OFFERED[1];
    res.setHeader('Content-Type', open ? OPEN_METRICS_CONTENT_TYPE : Registry.PROMETHEUS_CONTENT_TYPE);
    res.send(open ? await openMetricsText(registry) : await registry.metrics());
  });
  return router;
}
