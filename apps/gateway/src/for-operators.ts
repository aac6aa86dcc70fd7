/** What other programs of this workspace take from the gateway: the shapes of its answers, and its reader of routes files. */
export { checkRoutesFile, type CheckedRoutes, type FileRouteView } from './compose-routes-check';
