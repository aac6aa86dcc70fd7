import { AppError } from '@rollcall/service-kit';
import type { UpstreamView } from '@rollcall/contracts';
import type { Operations } from '../operations/operations';
import { mergeExplanations } from './merge-explanations';
import { mergeRoutes } from './merge-routes';
import { mergeUpstreams } from './merge-upstreams';

/** Operations on several workers, as if they were one. A worker that does not answer in time is left out; only what none answers fails. */
export function createWorkerPoolOperations(workers: () => readonly Operations[]): Operations {
  async function gathered<T>(ask: (worker: Operations) => Promise<T>): Promise<readonly [T, ...T[]]> {
    const results = await Promise.allSettled(workers().map(ask));
    const answers = results.flatMap((result) => (result.status === 'fulfilled' ? [result] : []));
    const [first, ...rest] = answers;
    if (first === undefined) {
      const refusal: unknown = results.find((result) => result.status === 'rejected')?.reason;
      throw refusal instanceof AppError ? refusal : noWorker(refusal);
    }
    // A value may be `undefined`: an answer all the same.
    return [first.value, ...rest.map(({ value }) => value)];
  }

  return {
    routes: async () => mergeRoutes(await gathered((worker) => worker.routes())),
    upstreams: async () => mergeUpstreams(await gathered((worker) => worker.upstreams())),
    explain: async (query) => mergeExplanations(await gathered((worker) => worker.explain(query))),
    eject: async (target, ejection) => asOne(await gathered((worker) => worker.eject(target, ejection))),
    restore: async (target) => asOne(await gathered((worker) => worker.restore(target))),
  };
}

/** Some may not have heard of an instance that others know. */
function asOne(views: readonly (UpstreamView | undefined)[]): UpstreamView | undefined {
  return mergeUpstreams([views.filter((view) => view !== undefined)])[0];
}

function noWorker(cause: unknown): AppError {
  return new AppError({
    code: 'NO_WORKER',
    status: 503,
    message: 'No worker process is running at the moment; retry in a few seconds.',
    expose: true,
    headers: { 'Retry-After': '3' },
    cause,
  });
}
