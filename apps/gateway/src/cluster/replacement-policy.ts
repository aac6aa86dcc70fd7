/** The reaction to a worker that died without having been stopped. */
export type Replacement =
  | { readonly action: 'replace'; readonly afterMs: number }
  /** They die as fast as they are replaced: something is wrong that another one will not mend. */
  | { readonly action: 'give-up'; readonly deaths: number; readonly withinMs: number };

/** Deaths in one place within this time hang together. */
export const LOOP_WINDOW_MS = 30_000;
/** So many of them are a loop. Too low ends a gateway for bad luck; too high has it fail requests for longer. */
export const LOOP_DEATHS = 5;
const FIRST_PAUSE_MS = 100;

/**
 * The first is replaced at once: its callers are waiting. From the second on within the window the pause doubles, so that
 * what kills them has time to pass and a machine is not kept busy with starts.
 *
 * @param deaths when workers of one place died, monotonic milliseconds, the latest included
 */
export function replacementAfter(deaths: readonly number[], now: number): Replacement {
  const recent = deaths.filter((at) => now - at < LOOP_WINDOW_MS).length;
  if (recent >= LOOP_DEATHS) return { action: 'give-up', deaths: recent, withinMs: LOOP_WINDOW_MS };
  return { action: 'replace', afterMs: recent < 2 ? 0 : FIRST_PAUSE_MS * 2 ** (recent - 2) };
}
