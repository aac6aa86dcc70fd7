import type { Instance } from '@rollcall/contracts';

export type Level = 'ok' | 'warn' | 'fail';

/** What a check has found: one sentence, and what mends it. */
export type Finding =
  | { readonly level: 'ok'; readonly text: string }
  | { readonly level: 'warn' | 'fail'; readonly text: string; readonly mend: string };

export type Area = 'reach' | 'access' | 'registry' | 'catalog' | 'gateways' | 'self';

/** @typeParam Facts all that it may judge by */
export interface Check<Facts> {
  /** Stable: programs tell findings by it. */
  readonly id: string;
  readonly area: Area;
  /** Right for production, and wrong for nobody's laptop: only looked at with --strict. */
  readonly onlyStrict?: true;
  /** Pure. `undefined` when what it judges by is not known here. */
  readonly run: (facts: Facts) => Finding | undefined;
}

export function ok(text: string): Finding {
  return { level: 'ok', text };
}

export function warn(text: string, mend: string): Finding {
  return { level: 'warn', text, mend };
}

export function fail(text: string, mend: string): Finding {
  return { level: 'fail', text, mend };
}

/** `ok` when nobody is named, or else what is wrong with them, some of them by name. */
export function unless(named: readonly string[], good: string, bad: (names: string) => Finding): Finding {
  return named.length === 0 ? ok(good) : bad(listed(named));
}

/** How an instance is called wherever one is named. */
export function nameOf({
  service_name,
  instance_id,
}: Pick<Instance, 'service_name' | 'instance_id'>): string {
  return `${service_name}/${instance_id}`;
}

const MOST_NAMED = 3;

function listed(names: readonly string[]): string {
  const more = names.length - MOST_NAMED;
  return names.slice(0, MOST_NAMED).join(', ') + (more > 0 ? ` and ${more} more` : '');
}
