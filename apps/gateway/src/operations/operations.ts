import type { describeRefusal, describeRoute, describeUpstream } from '../http/admin-views';
import type { PathExplanation, PathQuery } from '../use-cases/explain-path';

export type UpstreamView = ReturnType<typeof describeUpstream>;

export interface RoutesView {
  readonly routes: readonly ReturnType<typeof describeRoute>[];
  readonly refused: readonly ReturnType<typeof describeRefusal>[];
}

/**
 * What operators ask of whoever carries the traffic: of this process, or of every worker. What goes in and comes out is
 * plain data, for it may have to travel between processes.
 */
export interface Operations {
  routes(): Promise<RoutesView>;
  upstreams(): Promise<readonly UpstreamView[]>;
  explain(query: PathQuery): Promise<PathExplanation>;
}
