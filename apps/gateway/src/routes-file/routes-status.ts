import type { RoutesFault } from '../ports/routes-source';

/** What is in force, and what is wrong with what is not. Times are wall clock, ISO 8601. */
export interface RoutesStatus {
  readonly path: string;
  readonly hash: string;
  readonly loaded_at: string;
  readonly routes: number;
  /** Why the file as it stands now is not in force; `null` when it is. */
  readonly fault: {
    readonly at: string;
    readonly hash: string;
    readonly faults: readonly RoutesFault[];
  } | null;
}
