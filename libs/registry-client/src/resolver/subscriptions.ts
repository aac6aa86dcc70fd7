import { tell } from '../registry/tell';
import type { DiscoveryResult } from './discovery-result';
import { createListeners, type Listeners } from './listeners';

/** Who in this process is told of which service. */
export interface Subscriptions {
  /** Of every change of one service from now on. @returns what ends that */
  listen(serviceName: string, listener: (result: DiscoveryResult) => void): () => void;
  /** The same, and of the current result before it returns. */
  watch(serviceName: string, listener: (result: DiscoveryResult) => void): () => void;
  /** Of every change of every service. */
  onChange(listener: (serviceName: string, result: DiscoveryResult) => void): () => void;
  /** Tells everybody what has become of these services; returns when they have been told. */
  announce(services: readonly string[]): void;
}

/** @param current what is known of a service now */
export function createSubscriptions(current: (serviceName: string) => DiscoveryResult): Subscriptions {
  const ofService = new Map<string, Listeners<[DiscoveryResult]>>();
  const ofEvery = createListeners<[string, DiscoveryResult]>();

  function listen(serviceName: string, listener: (result: DiscoveryResult) => void): () => void {
    const listeners = ofService.get(serviceName) ?? createListeners<[DiscoveryResult]>();
    ofService.set(serviceName, listeners);
    return listeners.add(listener);
  }

  return {
    listen,
    watch(serviceName, listener) {
      const unlisten = listen(serviceName, listener);
      tell(listener, current(serviceName));
      return unlisten;
    },
    onChange: (listener) => ofEvery.add(listener),
    announce(services) {
      for (const name of services) {
        const result = current(name);
        ofService.get(name)?.tell(result);
        ofEvery.tell(name, result);
      }
    },
  };
}
