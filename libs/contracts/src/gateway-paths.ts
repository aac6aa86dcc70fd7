/** Paths that a gateway answers itself on its traffic port: no route gets them, and no service may announce them. */
export const GATEWAY_PATHS = [
  '/register_service',
  '/deregister_service',
  '/livez',
  '/readyz',
  '/startupz',
  '/health',
] as const;
