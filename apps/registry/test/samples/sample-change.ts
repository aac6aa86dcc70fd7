import type { ProposedChange, ProposedRecord } from '../../src/catalog/changes/change';
import { sampleRegistration } from './sample-registration';

/** A life that begins, at an address of its own. */
export function sampleRecord(instanceId: string, parts: Partial<ProposedRecord> = {}): ProposedRecord {
  return {
    instanceId,
    registration: sampleRegistration({ url: `http://${instanceId}` }),
    standing: { condition: { status: 'up' } },
    registeredAt: 1_700_000_000_000,
    epoch: 'begins',
    ...parts,
  };
}

/** A change that does nothing but what is said. */
export function sampleChange(parts: Partial<ProposedChange> = {}): ProposedChange {
  return { serviceName: 'product', at: 1_700_000_000_000, put: [], remove: [], notes: [], ...parts };
}

export function registering(...instanceIds: readonly string[]): ProposedChange {
  return sampleChange({ put: instanceIds.map((id) => sampleRecord(id)) });
}

export function removing(...instanceIds: readonly string[]): ProposedChange {
  return sampleChange({ remove: instanceIds });
}
