import type { Catalog } from '../catalog/catalog';
import type { CommittedChange } from '../catalog/changes/change';
import type { NoRoom } from '../catalog/decisions/registration-decision';
import { instanceKey } from '../catalog/instance-index';
import type { Holder, Shares } from './shares';

/**
 * Who has how many of the catalog's places. A place is taken with the change that lists somebody, whoever asked for
 * it; whose it is, is known once that one has said so: by registering, or after a restart by its first heartbeat.
 */
export interface Holdings {
  /** Why that one may not list another instance of the service; `undefined` when it may. */
  refusal(serviceName: string, holder: Holder): NoRoom | undefined;
  /** To be told of every change once the catalog has applied it, and of what the catalog began with. */
  follow(change: Pick<CommittedChange, 'serviceName' | 'put' | 'remove'>): void;
  /** That instance is that one's, and its service too if it is nobody's yet. */
  own(instanceId: string, serviceName: string, holder: Holder): void;
  /** Whether there are instances of which it is not known whose they are. */
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
      if (ofInstances !== 'room') return { of: 'instances', bound: instances.bound, over: ofInstances };
      if (catalog.sizeOf(serviceName) > 0) return undefined;
      const ofServices = services.verdict(holder);
      return ofServices === 'room' ? undefined : { of: 'services', bound: services.bound, over: ofServices };
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
