import type { DrainProgress } from '@rollcall/contracts';
import type { Catalog } from '../catalog/catalog';
import type { InstanceRecord } from '../catalog/instance/instance-record';
import type { DrainingServices } from '../watch/draining-services';
import { eventFrame } from '../watch/event-frame';
import type { SubscriberAcknowledgements } from '../watch/subscriber-acknowledgements';
import { concerns } from '../watch/watch-list';
import type { LiveTopic } from './live-topic';

export interface DrainTopicOptions {
  readonly catalog: Catalog;
  readonly draining: DrainingServices;
  readonly acknowledgements: SubscriberAcknowledgements;
  readonly describe: (record: InstanceRecord) => DrainProgress;
}

/** Acknowledgements of a fleet come within milliseconds of each other: one event tells of many. */
const LOOK_EVERY_MS = 100;
/** Looks after which a drain is looked at although no subscriber has stirred here: other replicas have theirs. */
const LOOKS_UNTIL_ALL = 10;
/** Drains looked at in one turn: each costs as much as it has subscribers, and a deployment drains many at once. */
const DRAINS_A_LOOK = 5;

/** How far each drain has come that is under way. */
export function createDrainTopic(options: DrainTopicOptions): LiveTopic {
  const { catalog, draining, acknowledgements, describe } = options;
  /** What was found at the last look, by instance. */
  const seen = new Map<string, string>();
  /** To be looked at, in turn. */
  const waiting = new Set<string>();
  let looks = 0;
  let hasStirred = false;
  acknowledgements.onChange(() => (hasStirred = true));

  return {
    everyMs: LOOK_EVERY_MS,
    keys,
    news() {
      const underWay = new Set(keys());
      for (const key of seen.keys()) if (!underWay.has(key)) seen.delete(key);
      looks += 1;
      const isDue = hasStirred || looks % LOOKS_UNTIL_ALL === 0;
      hasStirred = false;
      for (const key of underWay) if (isDue || !seen.has(key)) waiting.add(key);
      return Array.from(waiting).slice(0, DRAINS_A_LOOK).filter(isOther);
    },
    frame(key, list) {
      return concerns(list, serviceOf(key)) ? textOf(key) : undefined;
    },
  };

  function keys(): readonly string[] {
    return Array.from(draining.all(), ({ serviceName, instanceId }) => `${serviceName}/${instanceId}`);
  }

  function isOther(key: string): boolean {
    waiting.delete(key);
    const text = textOf(key);
    if (text === undefined || text === seen.get(key)) return false;
    seen.set(key, text);
    return true;
  }

  function textOf(key: string): string | undefined {
    const serviceName = serviceOf(key);
    const record = catalog.entry(serviceName, key.slice(serviceName.length + 1))?.record;
    return record && eventFrame({ type: 'drain', data: describe(record) });
  }
}

/** No service has a slash in its name. */
function serviceOf(key: string): string {
  return key.slice(0, key.indexOf('/'));
}
