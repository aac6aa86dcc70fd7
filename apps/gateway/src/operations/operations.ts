import type { RefusalView, RouteView, UpstreamView } from '../http/admin-views';
import type { Ejection } from '../use-cases/eject-upstream';
import type { PathExplanation, PathQuery } from '../use-cases/explain-path';

export interface RoutesView {
  readonly routes: readonly RouteView[];
  readonly refused: readonly RefusalView[];
}

/**
 * What operators ask of whoever carries the traffic: of this process, or of every worker. What goes in and comes out is
 * plain data, for it may have to travel between processes.
 */
export interface Operations {
  routes(): Promise<RoutesView>;
  upstreams(): Promise<readonly UpstreamView[]>;
  explain(query: PathQuery): Promise<PathExplanation>;
  /** The instance gets no more requests. Answers with it as it is now; `undefined` when it is not listed. */
  eject(instanceId: string, ejection: Ejection): Promise<UpstreamView | undefined>;
  /** Ends every ejection of the instance, whoever has made it. Answers as `eject` does. */
  restore(instanceId: string): Promise<UpstreamView | undefined>;
}
