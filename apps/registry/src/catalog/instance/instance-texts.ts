import { describeInstance, type InstanceDescription, type InstanceRecord } from './instance-record';
import { epochSeconds } from '../moment';

/**
 * Instances as JSON text. A record is serialised once for all readers: only its last heartbeat changes, and that is the
 * last field. The text is dropped with the record, when a change replaces it.
 */
export interface InstanceTexts {
  /** @param heardAt the last heartbeat, epoch milliseconds */
  of(record: InstanceRecord, heardAt: number): string;
}

/** @param describe makes the value to serialise; a spec counts its calls */
export function createInstanceTexts(
  describe: (record: InstanceRecord) => InstanceDescription = describeInstance,
): InstanceTexts {
  const beginnings = new WeakMap<InstanceRecord, string>();

  function beginningOf(record: InstanceRecord): string {
    const known = beginnings.get(record);
    if (known !== undefined) return known;
    const beginning = JSON.stringify(describe(record)).replace(/\}$/, ',"last_heartbeat":');
    beginnings.set(record, beginning);
    return beginning;
  }

  return { of: (record, heardAt) => `${beginningOf(record)}${epochSeconds(heardAt)}}` };
}
