import type { Ejection, PathExplanation, PathQuery, RoutesView, UpstreamView } from '@rollcall/contracts';
import { describeRefusal, describeRoute, describeUpstream } from './operator-views';
import { ejectUpstream, restoreUpstream, type UpstreamName } from '../use-cases/eject-upstream';
import { explainPath, type ExplainDeps } from '../use-cases/explain-path';
import type { Upstream } from '../upstreams/upstream';

/**
 * Operators' requests to the processes that carry traffic: this one, or every worker. Arguments and results are plain
 * data, since they may travel between processes.
 */
export interface Operations {
  routes(): Promise<RoutesView>;
  upstreams(): Promise<readonly UpstreamView[]>;
  explain(query: PathQuery): Promise<PathExplanation>;
  /** The instance gets no more requests. Answers with it as it is now; `undefined` when it is not listed. */
  eject(target: UpstreamName, ejection: Ejection): Promise<UpstreamView | undefined>;
  /** Ends every ejection of the instance, by an operator or by outlier detection. Answers as `eject` does. */
  restore(target: UpstreamName): Promise<UpstreamView | undefined>;
}

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
    eject: (target, ejection) => viewOf(ejectUpstream(explaining, target, ejection)),
    restore: (target) => viewOf(restoreUpstream(explaining, target)),
  };
}
