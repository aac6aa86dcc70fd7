import type { Catalog } from '../catalog/catalog';
import type { CommittedChange } from '../catalog/changes/change';
import type { LimitReached } from '../catalog/decisions/registration-decision';
import { instanceKey } from '../catalog/instance-index';
import type { Holder, Shares } from './shares';

/**
 * The holders of the catalog's places. A place is taken with the change that lists an instance; its holder is known once
 * the instance has called: by its registration, or after a restart by its first heartbeat.
 */
export interface Holdings {
  /** Why the holder may not list another instance of the service; `undefined` if it may. */
  refusal(serviceName: string, holder: Holder): LimitReached | undefined;
  /** Has to be called with every applied change, and with the initial content of the catalog. */
  follow(change: Pick<CommittedChange, 'serviceName' | 'put' | 'remove'>): void;
  /** Sets the holder of an instance, and of its service if that has none yet. */
  own(instanceId: string, serviceName: string, holder: Holder): void;
  /** Whether there are instances without a known holder. */
  readonly hasUnowned: boolean;
  isUnowned(instanceId: string, serviceName: string): boolean;
}

interface Place {
  release: () => void;
  isOwned: boolean;
}

export function createHoldings(options: {
  readonly catalog: Pick<Catalog, 'sizeOf'>;
  readonly instances: Shares;
  readonly services: Shares;
}): Holdings {
  const { catalog, instances, services } = options;
  const ofInstance = new Map<string, Place>();
  const ofService = new Map<string, Place>();
  let unowned = 0;

  function takeInstance(key: string, holder: Holder, isOwned: boolean): void {
    dropInstance(key);
    ofInstance.set(key, { release: instances.take(holder), isOwned });
    if (!isOwned) unowned += 1;
  }

  function dropInstance(key: string): void {
    const place = ofInstance.get(key);
    if (place === undefined) return;
    place.release();
    ofInstance.delete(key);
    if (!place.isOwned) unowned -= 1;
  }

  return {
    get hasUnowned() {
      return unowned > 0;
    },
    isUnowned: (instanceId, serviceName) =>
      ofInstance.get(instanceKey(serviceName, instanceId))?.isOwned === false,
    refusal(serviceName, holder) {
      const ofInstances = instances.verdict({ ...holder, service: serviceName });
      if (ofInstances !== 'free') return { of: 'instances', bound: instances.bound, over: ofInstances };
      if (catalog.sizeOf(serviceName) > 0) return undefined;
      const ofServices = services.verdict(holder);
      return ofServices === 'free' ? undefined : { of: 'services', bound: services.bound, over: ofServices };
    },
    follow({ serviceName, put, remove }) {
      for (const instanceId of remove) dropInstance(instanceKey(serviceName, instanceId));
      for (const { instanceId } of put) {
        const key = instanceKey(serviceName, instanceId);
        if (!ofInstance.has(key)) takeInstance(key, { service: serviceName }, false);
      }
      const place = ofService.get(serviceName);
      if (catalog.sizeOf(serviceName) === 0) {
        place?.release();
        ofService.delete(serviceName);
      } else if (place === undefined)
        ofService.set(serviceName, { release: services.take({}), isOwned: false });
    },
    own(instanceId, serviceName, holder) {
      const key = instanceKey(serviceName, instanceId);
      if (!ofInstance.has(key)) return;
      takeInstance(key, { ...holder, service: serviceName }, true);
      const place = ofService.get(serviceName);
      if (place?.isOwned !== false) return;
      place.release();
      place.release = services.take(holder);
      place.isOwned = true;
    },
  };
}
