import type { Entry } from '../catalog/entry';

/** Another process asks for what a living instance has. */
export interface ContestFinding {
  readonly kind: 'address_taken' | 'id_taken';
  /** Of the other process. */
  readonly instanceId: string;
  /** Epoch milliseconds. */
  readonly at: number;
}

/** The latest contest of each instance, for people. Nothing is kept of an incarnation that is over. */
export interface ContestNotes {
  note(entry: Entry, finding: ContestFinding): void;
  /** The warning for an instance; `undefined` if there was no contest for some time. */
  warning(entry: Entry): string | undefined;
}

/** Longer than the retry interval of a refused process. */
const REMEMBERED_MS = 60_000;

/**
 * @param now epoch milliseconds
 * @param onNew told of a contest that is not the latest one going on
 */
export function createContestNotes(
  now: () => number,
  onNew: (entry: Entry, finding: ContestFinding) => void,
): ContestNotes {
  const findings = new WeakMap<Entry, ContestFinding>();

  function current(entry: Entry): ContestFinding | undefined {
    const finding = findings.get(entry);
    return finding !== undefined && now() - finding.at < REMEMBERED_MS ? finding : undefined;
  }

  return {
    note(entry, finding) {
      const before = current(entry);
      findings.set(entry, finding);
      if (before?.instanceId !== finding.instanceId || before.kind !== finding.kind) onNew(entry, finding);
    },
    warning(entry) {
      const finding = current(entry);
      return finding && inWords(finding);
    },
  };
}

function inWords({ kind, instanceId }: ContestFinding): string {
  return kind === 'address_taken'
    ? `Another process, instance_id "${instanceId}", asks for this address and is refused. Give each process an ADVERTISE_URL of its own, or none.`
    : `Another process asks for the instance_id "${instanceId}" at another address and is refused. Give each process an id of its own.`;
}
