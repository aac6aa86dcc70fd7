import type { Entry } from '../catalog/entry';
import type { ProbeOutcome } from '../catalog/instance/instance-event';

export interface ProbeFinding {
  readonly outcome: ProbeOutcome;
  /** Epoch milliseconds. */
  readonly at: number;
}

/** What the latest probe of each instance found, for people. Nothing is kept of an incarnation that is over. */
export interface ProbeNotes {
  note(entry: Entry, finding: ProbeFinding): void;
  latest(entry: Entry): ProbeFinding | undefined;
}

export function createProbeNotes(): ProbeNotes {
  const findings = new WeakMap<Entry, ProbeFinding>();
  return {
    note: (entry, finding) => void findings.set(entry, finding),
    latest: (entry) => findings.get(entry),
  };
}
