import { GATEWAY_PATHS, type RefusedRoute } from '@rollcall/contracts';
import type { Entry } from '../catalog/entry';
import { scrapeWarning } from '../catalog/instance/scrape-target';
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
  const shadow = shadowWarning(entry.record.registration);
  const scrape = scrapeWarning(entry.record.registration);
  return [warning, contest, ...refusals, shadow, scrape].filter((text) => text !== undefined);
}

/** A service that announces `/` may serve one of these paths itself, which callers cannot reach. */
function shadowWarning({ routes }: Entry['record']['registration']): string | undefined {
  if (!routes.some(({ path_prefix: prefix }) => prefix === '/')) return undefined;
  return `The route / takes every path but these, which the gateway answers itself: ${GATEWAY_PATHS.join(', ')}. Serve what callers need of them under another path.`;
}

export function refusalWarning({ path_prefix: prefix, host = '', reason }: RefusedRoute): string {
  return `The route ${host}${prefix} is refused. ${reason}`;
}
