import { eventually } from '@rollcall/testing';
import { createRegistrar, type Registrar, type RegistrarEvent, type RegistrarOptions } from '../src';
import { createFakeRegistry, type FakeRegistry, type FakeRegistryOptions } from '../src/testing';

export interface Observed {
  readonly registrar: Registrar;
  readonly events: RegistrarEvent[];
  /** The first event of this type, as soon as there is one. */
  seen<T extends RegistrarEvent['type']>(type: T): Promise<Extract<RegistrarEvent, { type: T }>>;
}

/** Registries and registrars of one spec, all of them stopped after it. */
export interface RegistrarScene {
  startRegistry(options?: FakeRegistryOptions): Promise<FakeRegistry>;
  observe(options: Partial<RegistrarOptions> & Pick<RegistrarOptions, 'registryUrls'>): Observed;
  /** What else is to be undone after the spec, the latest first. */
  onCleanup(cleanup: () => Promise<unknown>): void;
  cleanUp(): Promise<void>;
}

export function createRegistrarScene(): RegistrarScene {
  const cleanups: (() => Promise<unknown>)[] = [];

  return {
    onCleanup: (cleanup) => void cleanups.push(cleanup),
    async cleanUp() {
      for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
    },

    async startRegistry(options = {}) {
      const registry = createFakeRegistry({ heartbeatIntervalSeconds: 0.1, ...options });
      await registry.start();
      cleanups.push(() => registry.stop());
      return registry;
    },

    observe(options) {
      const events: RegistrarEvent[] = [];
      const registrar = createRegistrar({
        registration: { service_name: 'product' },
        advertise: { port: 8081 },
        drainLingerMs: 0,
        onEvent: (event) => events.push(event),
        ...options,
      });
      // A stop that a spec has made fail was passed on to that spec already.
      cleanups.push(() => registrar.stop().catch(() => undefined));
      const isOf =
        <T extends RegistrarEvent['type']>(type: T) =>
        (event: RegistrarEvent): event is Extract<RegistrarEvent, { type: T }> =>
          event.type === type;
      return { registrar, events, seen: (type) => eventually(() => events.find(isOf(type))) };
    },
  };
}
