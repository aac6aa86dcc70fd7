import { mergeLoads, type LoadSource } from '@rollcall/registry-client';
import type { WorkerRpc } from './worker-rpc';

/** What several workers have sent to whom, as if they were one. One that does not answer in time is left out. */
export function createWorkerPoolLoad(workers: () => readonly Pick<WorkerRpc, 'load'>[]): LoadSource {
  async function ask(isWanted: boolean) {
    const answers = await Promise.allSettled(workers().map((worker) => worker.load(isWanted)));
    return mergeLoads(answers.flatMap((answer) => (answer.status === 'fulfilled' ? [answer.value] : [])));
  }

  let isCounting = false;
  return {
    count(isWanted) {
      isCounting = isWanted;
      void ask(isWanted);
    },
    // Those that have come since then begin to count with it.
    take: () => ask(isCounting),
  };
}
