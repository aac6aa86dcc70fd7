import { eventually, startTypeScript } from '@rollcall/testing';

/** A registered process whose main thread can be made to compute, for as long as a spec wants. Its lease is 6 s. */
export interface ComputingService {
  readonly url: string;
  /** Its registrar's events, a line each. */
  output(): string;
  /** Begins to compute; resolves when it has done so and answers again. */
  compute(ms: number): Promise<void>;
  /** Kills it. */
  end(): Promise<void>;
}

/** Resolves once it is registered and its session stands. @param options.stallLimitMs as of the registrar */
export async function startComputingService(options: {
  readonly registryUrl: string;
  readonly serviceName: string;
  readonly stallLimitMs: number;
}): Promise<ComputingService> {
  const { child, exited, output } = startTypeScript(require.resolve('./processes/computing-process.ts'), {
    args: [options.registryUrl, options.serviceName, String(options.stallLimitMs)],
    packages: 'built',
  });
  const url = await eventually(
    () =>
      output().includes('"session_opened"')
        ? /"registered".*?"url":"([^"]+)"/.exec(output())?.[1]
        : undefined,
    { timeoutMs: 30_000 },
  );

  return {
    url,
    output,
    async compute(ms) {
      const response = await fetch(`${url}/compute?ms=${ms}`);
      await response.body?.cancel();
    },
    async end() {
      child.kill('SIGKILL');
      await exited;
    },
  };
}
