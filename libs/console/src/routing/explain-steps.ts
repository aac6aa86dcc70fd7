import type { InstanceExplanation, PathExplanation, PathQuery } from '@rollcall/contracts';
import { counted } from '../state/figures';

/** One step of a decision. `stop`: the request gets no further than this. */
export interface Step {
  readonly mark: 'ok' | 'warn' | 'stop';
  readonly title: string;
  readonly text: readonly string[];
}

/** What a gateway does with a request, in the order in which it does it. Pure. */
export function explainSteps(explanation: PathExplanation): readonly Step[] {
  const { verdict, why, route, instances, claims, refused_announcements: refused } = explanation;
  const steps: Step[] = [];
  if (route === undefined) {
    steps.push({ mark: verdict === 'answered here' ? 'ok' : 'stop', title: sentence(verdict), text: [why] });
  } else {
    const from = route.source === 'file' ? 'from the routes file' : `announced by ${route.service}`;
    const isTaken = verdict === 'forwarded' || verdict === 'rejected';
    steps.push({
      mark: 'ok',
      title: `Route ${route.name}`,
      text: [
        `${isTaken ? 'the longest prefix that takes this host and method' : why}; ${from}`,
        ...(route.policies_of === undefined ? [] : [`with the policies of ${route.policies_of}`]),
      ],
    });
    for (const policy of route.policies) steps.push(policyStep(policy));
    for (const share of route.canary ?? [])
      steps.push({
        mark: share.percent === 0 ? 'warn' : 'ok',
        title: `Version ${share.version}: ${share.percent} %`,
        text: [share.why],
      });
    steps.push(roomStep(explanation, route.in_flight, route.max_in_flight));
    if (verdict !== 'rejected')
      steps.push(candidatesStep(instances), pickStep(route.picker, instances, verdict, why));
  }
  for (const claim of claims)
    if (claim.service !== route?.service)
      steps.push({ mark: 'warn', title: `${claim.route} is held by ${claim.service}`, text: [claim.why] });
  for (const one of refused)
    steps.push({ mark: 'warn', title: `Refused: ${one.route} of ${one.service}`, text: [one.reason] });
  return steps;
}

function policyStep(policy: string): Step {
  const colon = policy.indexOf(': ');
  return colon === -1
    ? { mark: 'ok', title: sentence(policy), text: [] }
    : { mark: 'ok', title: sentence(policy.slice(0, colon)), text: [policy.slice(colon + 2)] };
}

function roomStep({ verdict, why }: PathExplanation, inFlight: number, limit: number | null): Step {
  if (verdict === 'rejected')
    return { mark: 'stop', title: 'No room', text: [why, `${inFlight} of ${limit ?? '∞'} in flight`] };
  const text = limit === null ? `${inFlight} in flight, no limit` : `${inFlight} of ${limit} in flight`;
  return {
    mark: limit !== null && inFlight >= limit * 0.9 ? 'warn' : 'ok',
    title: 'Room for it',
    text: [text],
  };
}

function candidatesStep(instances: readonly InstanceExplanation[]): Step {
  const candidates = instances.filter(({ picked }) => picked);
  const others = instances.filter(({ picked }) => !picked);
  return {
    mark: candidates.length === 0 ? 'stop' : others.length > 0 ? 'warn' : 'ok',
    title: `${counted(instances.length, 'instance')}, ${counted(candidates.length, 'candidate')}`,
    text: others.map(({ instance_id, why }) => `${instance_id}: ${why}`),
  };
}

function pickStep(
  picker: string,
  instances: readonly InstanceExplanation[],
  verdict: PathExplanation['verdict'],
  why: string,
): Step {
  if (verdict === 'held') return { mark: 'stop', title: 'Held', text: [why] };
  const candidates = instances.filter(({ picked }) => picked);
  return {
    mark: candidates.length === 0 ? 'stop' : 'ok',
    title: `Picked by ${picker}`,
    text: candidates.map(
      ({ instance_id, version, zone, weight, in_flight }) =>
        `${[instance_id, version, zone].filter((part) => part !== null).join(' · ')}, weight ${weight}, ${in_flight} in flight`,
    ),
  };
}

/** Gateways agree when the same becomes of the request at all of them, by the same route, to the same instances. */
export function agree(explanations: readonly PathExplanation[]): boolean {
  const [first, ...others] = explanations.map(({ verdict, route, instances }) =>
    JSON.stringify([
      verdict,
      route?.name,
      route?.policies,
      instances.map(({ instance_id, picked }) => [instance_id, picked]).sort(),
    ]),
  );
  return others.every((other) => other === first);
}

/** The same question in a terminal. */
export function explainCommand({ method, path, host, canary = '' }: PathQuery): string {
  return [
    'rollcall explain',
    ...(method === 'GET' ? [] : [method]),
    quoted(path),
    ...(host === '' ? [] : ['--host', quoted(host)]),
    ...(canary === '' ? [] : ['--canary', quoted(canary)]),
  ].join(' ');
}

/** For a POSIX shell. */
function quoted(text: string): string {
  return /^[\w./:@%+,-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`;
}

function sentence(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
