import type { TakenLoad } from '@rollcall/registry-client';
import type { Operations } from '../operations/operations';
import type { WorkerMetrics } from './worker-pool-metrics';

/** The worker RPC: what the primary may call in a worker, which is operations, and what it has measured. */
export interface WorkerRpc extends Operations {
  metrics(): Promise<WorkerMetrics>;
  /** What it has counted since the last call; from then on it counts, or does not. */
  load(isWanted: boolean): Promise<TakenLoad>;
}

/** The primary's client of it, through the channel between them. */
export function createWorkerRpcClient(
  ask: (operation: keyof WorkerRpc, input: unknown) => Promise<unknown>,
): WorkerRpc {
  // What comes back is what the worker's own side gave: the same build on the other side of a pipe.
  const asked = <Operation extends keyof WorkerRpc>(operation: Operation, input?: unknown) =>
    ask(operation, input) as ReturnType<WorkerRpc[Operation]>;

  return {
    routes: () => asked('routes'),
    upstreams: () => asked('upstreams'),
    explain: (query) => asked('explain', query),
    eject: (target, ejection) => asked('eject', [target, ejection]),
    restore: (target) => asked('restore', target),
    metrics: () => asked('metrics'),
    load: (isWanted) => asked('load', isWanted),
  };
}

/** The worker's side of it: calls what is asked for by name. The input was validated by the primary's HTTP edge. */
export async function answerWorkerRpc(rpc: WorkerRpc, operation: string, input: unknown): Promise<unknown> {
  switch (operation) {
    case 'routes':
    case 'upstreams':
    case 'metrics':
      return rpc[operation]();
    case 'load':
      return rpc.load(input === true);
    case 'explain':
      return rpc.explain(input as Parameters<WorkerRpc['explain']>[0]);
    case 'eject':
      return rpc.eject(...(input as Parameters<WorkerRpc['eject']>));
    case 'restore':
      return rpc.restore(input as Parameters<WorkerRpc['restore']>[0]);
    default:
      throw new Error(`no operation is called ${operation}`);
  }
}
