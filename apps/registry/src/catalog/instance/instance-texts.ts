import { describeInstance, type InstanceDescription, type InstanceRecord } from './instance-record';

/**
 * Instances as JSON text. A record is put into words once, however many ask for it: only its last heartbeat changes,
 * and stands at the end. The words are forgotten with the record, when a change replaces it.
 */
export interface InstanceTexts {
  /** @param heardAt the last heartbeat, epoch milliseconds */
  of(record: InstanceRecord, heardAt: number): string;
}

/** @param describe what the words are made of; a spec counts how often */
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

  return { of: (record, heardAt) => `${beginningOf(record)}${Math.floor(heardAt / 1000)}}` };
}
