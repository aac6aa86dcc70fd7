/** What other programs of this workspace take from the gateway: the shapes of its answers, and its reader of routes files. */
export { checkRoutesFile, type CheckedRoutes, type FileRouteView } from './compose-routes-check';
export type { RoutesView } from './operations/operations';
export type { RefusalView, RouteView, UpstreamView } from './operations/operator-views';
export type { InstanceExplanation } from './use-cases/explain-instance';
export type { PathExplanation, PathQuery } from './use-cases/explain-path';
