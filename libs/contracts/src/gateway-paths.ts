/** What a gateway answers itself on the port of the traffic; no route gets it, and nobody may announce it. */
export const GATEWAY_PATHS = [
  '/register_service',
  '/deregister_service',
  '/livez',
  '/readyz',
  '/startupz',
  '/health',
] as const;
