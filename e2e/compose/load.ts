/** A request that did not end as it should have. */
export interface Failure {
  /** Milliseconds from the start of the load to the start of the request. */
  readonly startedAtMs: number;
  readonly reason: string;
}

export interface LoadReport {
  readonly succeeded: number;
  readonly failures: readonly Failure[];
}

export interface Load {
  /** Sends no more, waits for what is under way, and reports. */
  stop(): Promise<LoadReport>;
}

/**
 * Sends requests at a steady pace, whatever becomes of the ones before: a slow answer hides no failure that others
 * would have had meanwhile.
 *
 * @param send one request; resolves when it ended as it should, rejects with what was wrong otherwise
 */
export function startLoad(send: () => Promise<unknown>, options: { perSecond: number }): Load {
  const startedAt = performance.now();
  const failures: Failure[] = [];
  const underWay = new Set<Promise<void>>();
  let succeeded = 0;

  const timer = setInterval(() => {
    const startedAtMs = Math.round(performance.now() - startedAt);
    const request = send()
      .then(
        () => void succeeded++,
        (error: unknown) => void failures.push({ startedAtMs, reason: describe(error) }),
      )
      .finally(() => underWay.delete(request));
    underWay.add(request);
  }, 1000 / options.perSecond);

  return {
    async stop() {
      clearInterval(timer);
      await Promise.all(underWay);
      return { succeeded, failures };
    },
  };
}

/** fetch hides what happened in `cause`. */
function describe(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.cause === undefined ? error.message : `${error.message}: ${describe(error.cause)}`;
}
