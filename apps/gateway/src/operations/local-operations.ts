import { describeRefusal, describeRoute, describeUpstream } from '../http/admin-views';
import { ejectUpstream, restoreUpstream } from '../use-cases/eject-upstream';
import { explainPath, type ExplainDeps } from '../use-cases/explain-path';
import type { Upstream } from '../upstreams/upstream';
import type { Operations } from './operations';

/** Operations on the data path of this process. */
export function createLocalOperations(explaining: ExplainDeps): Operations {
  const { routes, upstreams, now } = explaining;
  const viewOf = (upstream: Upstream | undefined) =>
    Promise.resolve(upstream && describeUpstream(upstream, now()));
  return {
    routes: () =>
      Promise.resolve({
        routes: routes.table.routes.map(describeRoute),
        refused: routes.refused().map(describeRefusal),
      }),
    upstreams: () =>
      Promise.resolve(
        upstreams
          .serviceNames()
          .flatMap((service) => upstreams.of(service))
          .map((upstream) => describeUpstream(upstream, now())),
      ),
    explain: (query) => Promise.resolve(explainPath(explaining, query)),
    eject: (id, ejection) => viewOf(ejectUpstream(explaining, id, ejection)),
    restore: (id) => viewOf(restoreUpstream(explaining, id)),
  };
}
