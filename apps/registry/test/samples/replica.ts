import type { FakeClock } from '@rollcall/testing';
import type { Entry } from '../../src/catalog/entry';
import type { Prober } from '../../src/ports/prober';
import { Registry } from 'prom-client';
import { createRegistryCore, type RegistryCore } from '../../src/registry-core';
import { heartbeat } from '../../src/use-cases/heartbeat';
import { register, type RegisterDeps } from '../../src/use-cases/register';
import { createRecordingLogger, type RecordingLogger } from '../doubles/recording-logger';
import type { EngineReplica } from '../doubles/shared-engine/engine-replica';
import type { SharedMemoryEngine } from '../doubles/shared-engine/shared-engine';
import { createReader } from '../doubles/reader';

/** A whole registry over a shared engine, but for its HTTP. */
export interface RunningReplica {
  readonly name: string;
  readonly core: RegistryCore;
  readonly deps: RegisterDeps;
  readonly log: RecordingLogger;
  /** Its way to the engine. */
  readonly engine: EngineReplica;
  /** Of the instance of that service that is listed here. */
  entry(service: string): Entry | undefined;
  /** One instance of each service, so that the mass-expiry guard has no part in it. */
  register(service: string): Promise<void>;
  /** @returns whether it was taken. @throws as the call does */
  beat(service: string): Promise<boolean>;
  /** Opens a session of the instance; answers how its process ends it. */
  openSession(service: string): () => void;
  stop(): Promise<void>;
}

export const TTL_MS = 9000;
const USUAL_LEASE = { ttlSeconds: TTL_MS / 1000, heartbeatIntervalSeconds: 3 };
const ROUTE_BOUNDS = { maxRoutesPerService: 10, maxRoutes: 100 };

export async function startReplica(
  name: string,
  { engine, clock, prober }: { engine: SharedMemoryEngine; clock: FakeClock; prober: Prober },
): Promise<RunningReplica> {
  const replica = engine.replica(name);
  const { store, group } = replica;
  const closing = new AbortController();
  const log = createRecordingLogger();
  const stored = await store.open();
  const core = createRegistryCore({
    stored,
    store,
    group,
    clock,
    prober,
    connectBackProber: { probe: () => Promise.resolve('anonymous') },
    logger: log.logger,
    metrics: { registry: new Registry() },
    usualLease: USUAL_LEASE,
    routeBounds: ROUTE_BOUNDS,
    routeMemoryMs: 600_000,
    bounds: {
      maxInstances: 1000,
      maxServices: 1000,
      fairShares: false,
      maxUnreadBytes: 1e6,
      maxWatchers: 100,
    },
    closing: closing.signal,
  });
  const deps: RegisterDeps & typeof core = {
    ...core,
    store,
    clock,
    routeBounds: ROUTE_BOUNDS,
    usualLease: USUAL_LEASE,
    newId: () => 'unused',
  };
  await core.prepare();
  core.start();

  function entry(service: string): Entry | undefined {
    return core.catalog.entry(service, service);
  }

  return {
    name,
    core,
    deps,
    log,
    engine: replica,
    entry,
    async register(service) {
      const request = { service_name: service, instance_id: service, url: `http://${service}` };
      await register(deps, request, 'spec');
    },
    async beat(service) {
      const listed = entry(service);
      return listed !== undefined && (await heartbeat(deps, listed, undefined, 'spec')) !== undefined;
    },
    openSession(service) {
      const listed = entry(service);
      if (listed === undefined) throw new Error(`${service} is not listed at ${name}`);
      const reader = createReader({ buffer: 100_000 });
      core.sessions.open(listed, reader.sink);
      return () => reader.close();
    },
    async stop() {
      closing.abort();
      await core.stop();
      await store.close();
    },
  };
}
