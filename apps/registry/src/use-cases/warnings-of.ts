import type { RefusedRoute } from '@rollcall/contracts';
import type { Entry } from '../catalog/entry';
import type { ProbeNotes } from '../probing/probe-notes';
import { reachWarning } from '../probing/reach-warning';

/** What an instance is told to mend. */
export function warningsOf(
  { probeNotes }: { readonly probeNotes: ProbeNotes },
  entry: Entry,
): readonly string[] {
  const refusals = (entry.record.refusedRoutes ?? []).map(refusalWarning);
  const finding = probeNotes.latest(entry);
  const warning = finding && reachWarning(entry.record.registration, finding.outcome);
  return warning === undefined ? refusals : [warning, ...refusals];
}

export function refusalWarning({ path_prefix: prefix, host = '', reason }: RefusedRoute): string {
  return `The route ${host}${prefix} is refused. ${reason}`;
}
