import { mergeLoads, type LoadSource, type TakenLoad } from '@rollcall/registry-client';
import type { WorkerRpc } from './worker-rpc';

export interface WorkerPoolLoad extends LoadSource {
  /** What a worker has left behind that has exited since. */
  keep(load: TakenLoad): void;
}

/** What several workers have sent to whom, as if they were one. One that does not answer in time is left out. */
export function createWorkerPoolLoad(workers: () => readonly Pick<WorkerRpc, 'load'>[]): WorkerPoolLoad {
  let isCounting = false;
  let kept: TakenLoad[] = [];

  async function ask(isWanted: boolean): Promise<TakenLoad> {
    const left = kept;
    kept = [];
    const answers = await Promise.allSettled(workers().map((worker) => worker.load(isWanted)));
    const taken = answers.flatMap((answer) => (answer.status === 'fulfilled' ? [answer.value] : []));
    return mergeLoads([...left, ...taken]);
  }

  return {
    keep: (load) => void kept.push(load),
    count(isWanted) {
      isCounting = isWanted;
      void ask(isWanted);
    },
    // Those that have come since then begin to count with it.
    take: () => ask(isCounting),
  };
}
