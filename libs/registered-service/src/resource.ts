import type { HealthCheck } from '@rollcall/service-kit';

/** Something that a service holds while it runs: a database, a resolver, a loop. */
export interface Resource {
  /** In health answers. */
  readonly name: string;
  /** May take its time: the service is not ready until then. `signal`: it will not be needed any more. */
  start(signal: AbortSignal): Promise<void>;
  /** Called once, after a `start` that resolved. */
  stop(): Promise<void>;
  /** The service is ready only while this passes. */
  readonly check?: HealthCheck;
}

/** Several as one: started in their order, and stopped in the reverse, only those that had started. */
export interface Resources {
  /** Rejects with the first failure, and goes no further once the signal has fired. */
  start(signal: AbortSignal): Promise<void>;
  /** Stops all that can be stopped; rejects with the first failure. */
  stop(): Promise<void>;
}

export function inOrder(resources: readonly Resource[]): Resources {
  const started: Resource[] = [];

  return {
    async start(signal) {
      for (const resource of resources) {
        signal.throwIfAborted();
        await resource.start(signal);
        started.push(resource);
      }
    },
    async stop() {
      const failures: unknown[] = [];
      for (const resource of started.splice(0).reverse())
        await resource.stop().catch((error: unknown) => failures.push(error));
      if (failures.length > 0) throw failures[0];
    },
  };
}
