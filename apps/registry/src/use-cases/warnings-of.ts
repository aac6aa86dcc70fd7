import type { RefusedRoute } from '@rollcall/contracts';
import type { Entry } from '../catalog/entry';
import type { ProbeNotes } from '../probing/probe-notes';
import type { ContestNotes } from '../probing/contest-notes';
import { reachWarning } from '../probing/reach-warning';

/** What an instance is told to mend. */
export function warningsOf(
  { probeNotes, contestNotes }: { readonly probeNotes: ProbeNotes; readonly contestNotes: ContestNotes },
  entry: Entry,
): readonly string[] {
  const refusals = (entry.record.refusedRoutes ?? []).map(refusalWarning);
  const finding = probeNotes.latest(entry);
  const warning = finding && reachWarning(entry.record.registration, finding.outcome);
  const contest = contestNotes.warning(entry);
  return [warning, contest, ...refusals].filter((text) => text !== undefined);
}

export function refusalWarning({ path_prefix: prefix, host = '', reason }: RefusedRoute): string {
  return `The route ${host}${prefix} is refused. ${reason}`;
}
