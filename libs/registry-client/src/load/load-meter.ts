import { LoadCounter, type CountingMeter } from './load-counter';
import { mergeEdges, type LoadSource, type TakenLoad } from './taken-load';

/**
 * Counts what this process sends to other services, for as long as a registry wants it reported. One a process: service
 * clients count in it (their option `load`), and the registrar reports it (its option `load`).
 */
export interface LoadMeter extends LoadSource {
  /** Attempts at one instance. */
  attemptsAt(serviceName: string, instanceId: string): LoadCounter;
  /** Calls of a service, as they end for whoever makes them. */
  callsOf(serviceName: string, route?: string): LoadCounter;
  take(): TakenLoad;
}

export function createLoadMeter(): LoadMeter {
  let changed: LoadCounter[] = [];
  const meter: CountingMeter & { isCounting: boolean } = {
    isCounting: false,
    changed: (counter) => void changed.push(counter),
  };

  function take(): TakenLoad {
    const taken = changed;
    changed = [];
    return { edges: mergeEdges(taken.flatMap((counter) => counter.take() ?? [])) };
  }

  return {
    attemptsAt: (service_name, instance_id) => new LoadCounter({ service_name, instance_id }, meter),
    callsOf: (service_name, route) =>
      new LoadCounter({ service_name, ...(route !== undefined && { route }) }, meter),
    count(isWanted) {
      if (meter.isCounting === isWanted) return;
      meter.isCounting = isWanted;
      // What is left of an earlier time is of no use any more.
      take();
      if (!isWanted) changed = [];
    },
    take,
  };
}
