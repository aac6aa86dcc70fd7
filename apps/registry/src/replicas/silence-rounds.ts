/**
 * Finds out whether no replica has heard from an instance whose lease has ended here. Every replica reports what it
 * has heard, and which revision it had been told of when it composed the report. A report of this replica that is
 * composed after the lease has ended is committed at some revision J; a report of another one that says that it had
 * been told of J was composed after that. So once each of them has reported having seen J, all that was heard before
 * the lease ended has been told here. No clock of another host takes part in it.
 */
export interface SilenceRounds<E extends object> {
  /** The number of the report that is composed now. */
  composed(): number;
  /** That report was committed at that revision. */
  committed(round: number, revision: number): void;
  /** Everything up to that revision has been seen by every replica, and whatever they reported has been told here. */
  seenByAll(revision: number): void;
  /**
   * Whether that instance has been silent everywhere until its lease ended. The first time that it is asked about an
   * end of a lease is when the end was noticed.
   */
  isSilent(instance: E, endsAt: number): boolean;
}

export function createSilenceRounds<E extends object>(): SilenceRounds<E> {
  const noticed = new WeakMap<E, { readonly endsAt: number; readonly round: number }>();
  /** Reports that were committed and not yet seen by all, oldest first. */
  const waiting: { readonly round: number; readonly revision: number }[] = [];
  let latest = 0;
  let settled = 0;

  return {
    composed: () => (latest += 1),
    committed(round, revision) {
      // Where the store was given back a backup the revisions start anew, and those of before may never be reached.
      while ((waiting.at(-1)?.revision ?? -1) >= revision) waiting.pop();
      waiting.push({ round, revision });
    },
    seenByAll(revision) {
      for (let next = waiting[0]; next !== undefined && next.revision <= revision; next = waiting[0]) {
        settled = next.round;
        waiting.shift();
      }
    },
    isSilent(instance, endsAt) {
      const known = noticed.get(instance);
      if (known?.endsAt === endsAt) return settled >= known.round;
      // The next report is the first that is composed after this moment.
      noticed.set(instance, { endsAt, round: latest + 1 });
      return false;
    },
  };
}
