import type { HealthCheck } from '@rollcall/service-kit';

/** Something that a service holds while it runs: a database, a resolver, a loop. */
export interface Resource {
  /** In health answers. */
  readonly name: string;
  start(): Promise<void>;
  /** Called once, after a `start` that resolved. */
  stop(): Promise<void>;
  /** The service is ready only while this passes. */
  readonly check?: HealthCheck;
}

/** Several as one: started in their order, and stopped in the reverse, only those that had started. */
export interface Resources {
  start(): Promise<void>;
  /** Stops all that can be stopped; rejects with the first failure. */
  stop(): Promise<void>;
}

export function inOrder(resources: readonly Resource[]): Resources {
  const started: Resource[] = [];

  return {
    async start() {
      for (const resource of resources) {
        await resource.start();
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
