import type { ExplainResponse, InstanceStatus } from '@rollcall/contracts';

/** What somebody should look at in a service, each in a few words, the gravest first; empty when all is well. */
export function attentionOf({
  guard,
  instances,
}: Pick<ExplainResponse, 'guard' | 'instances'>): readonly string[] {
  const some: string[] = [];
  if (instances.length === 0) some.push('no instance');
  else if (!instances.some(({ traffic }) => traffic.gets)) some.push('no instance gets traffic');
  if (guard !== null) some.push(`guard holds ${guard.held.length} until ${clock(guard.until)}`);
  for (const [status, words] of WORDS) {
    const count = instances.filter((one) => one.status === status).length;
    if (count > 0) some.push(`${count} ${words}`);
  }
  const warned = instances.filter(({ warnings }) => warnings.length > 0).length;
  if (warned > 0) some.push(`${warned} with warnings`);
  return some;
}

const WORDS: readonly (readonly [InstanceStatus, string])[] = [
  ['out_of_service', 'out of service'],
  ['suspect', 'suspect'],
  ['draining', 'draining'],
  ['starting', 'starting'],
];

/** A time of day, in the local zone. */
export function clock(epochSeconds: number): string {
  return new Date(epochSeconds * 1000).toTimeString().slice(0, 8);
}
