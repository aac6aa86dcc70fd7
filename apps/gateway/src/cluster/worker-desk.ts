import type { MetricObject } from 'prom-client';
import type { Operations } from '../operations/operations';

/** What a worker is asked for: operations, and what it has measured. */
export interface WorkerDesk extends Operations {
  metrics(): Promise<readonly MetricObject[]>;
}

/** A worker's desk as the primary sees it, through the channel between them. */
export function createRemoteDesk(
  ask: (operation: keyof WorkerDesk, input: unknown) => Promise<unknown>,
): WorkerDesk {
  // What comes back is what the worker's own desk gave: the same build on the other side of a pipe.
  const asked = <Operation extends keyof WorkerDesk>(operation: Operation, input?: unknown) =>
    ask(operation, input) as ReturnType<WorkerDesk[Operation]>;

  return {
    routes: () => asked('routes'),
    upstreams: () => asked('upstreams'),
    explain: (query) => asked('explain', query),
    eject: (id, ejection) => asked('eject', [id, ejection]),
    restore: (id) => asked('restore', id),
    metrics: () => asked('metrics'),
  };
}

/** The worker's side of it: calls what is asked for by name. The input was validated by the primary's HTTP edge. */
export async function answerAtDesk(desk: WorkerDesk, operation: string, input: unknown): Promise<unknown> {
  switch (operation) {
    case 'routes':
    case 'upstreams':
    case 'metrics':
      return desk[operation]();
    case 'explain':
      return desk.explain(input as Parameters<WorkerDesk['explain']>[0]);
    case 'eject':
      return desk.eject(...(input as Parameters<WorkerDesk['eject']>));
    case 'restore':
      return desk.restore(input as Parameters<WorkerDesk['restore']>[0]);
    default:
      throw new Error(`no operation is called ${operation}`);
  }
}
