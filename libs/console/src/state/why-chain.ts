import type { ExplainedInstance, ExplainResponse, RegistryGuard } from '@rollcall/contracts';
import { opinionOf } from './attention';
import { age, clock, figure } from './figures';
import type { Ejection, Flow } from './traffic';

/** One link of the chain that says why an instance does or does not get traffic. */
export interface WhyStep {
  readonly mark: 'ok' | 'no' | 'warn' | 'next';
  readonly title: string;
  readonly text: string;
}

export interface WhyFacts {
  readonly explained: ExplainedInstance;
  readonly service: Pick<ExplainResponse, 'instances'>;
  readonly guard: RegistryGuard | undefined;
  readonly flow: Flow | undefined;
  /** Of the whole service. */
  readonly serviceFlow: Flow | undefined;
  readonly ejections: readonly Ejection[];
  /** The registry's clock, epoch milliseconds. */
  readonly now: number;
}

/** Listed → session → probe → status → override and guard → traffic → what happens next. */
export function whyChain(facts: WhyFacts): readonly WhyStep[] {
  return [listed(facts), session(facts), probe(facts), status(facts), ruled(facts), used(facts), next(facts)];
}

const seconds = (at: number): string => clock(at * 1000);

function listed({ explained: { last_heartbeat, lease_ends }, now }: WhyFacts): WhyStep {
  const heard = `heartbeat ${age(now - last_heartbeat * 1000)} ago`;
  if (lease_ends === null)
    return { mark: 'ok', title: 'Listed, without a lease', text: 'It stays until it is deregistered.' };
  const isLate = lease_ends * 1000 - now < 5000;
  return {
    mark: isLate ? 'warn' : 'ok',
    title: 'Listed',
    text: `${heard}, lease ends ${seconds(lease_ends)}`,
  };
}

function session({ explained }: WhyFacts): WhyStep {
  switch (explained.session) {
    case 'open':
      return { mark: 'ok', title: 'Session open', text: 'its end would be seen at once' };
    case 'lost':
      return { mark: 'no', title: 'Session lost', text: 'its connection broke without a goodbye' };
    case 'never':
      return {
        mark: 'warn',
        title: 'No session',
        text: 'it only sends heartbeats: that it has died is seen when its lease ends',
      };
  }
}

const PROBES: Readonly<Record<string, readonly [mark: WhyStep['mark'], title: string, text: string]>> = {
  answered: ['ok', 'Probe answered', 'by this very instance'],
  anonymous: ['warn', 'Probe answered, anonymously', 'something answers there, and does not say who it is'],
  somebody_else: ['no', 'Another process answers', 'the probe was answered with another identity'],
  refused: ['no', 'Probe refused', 'nothing listens at its address'],
  timed_out: ['warn', 'Probe timed out', 'no connection within 500 ms'],
  unreachable: ['warn', 'Unreachable', 'there is no way to its address'],
  silent: ['warn', 'Probe: silent', 'it takes the connection and does not answer: neither alive nor dead'],
  unverified: ['warn', 'Certificate not trusted', 'what answers cannot be believed'],
};

function probe({ explained: { last_probe }, now }: WhyFacts): WhyStep {
  if (last_probe === null) return { mark: 'ok', title: 'Not probed', text: 'there was no reason to' };
  const [mark, title, text] = PROBES[last_probe.outcome] ?? ['warn', last_probe.outcome, ''];
  return { mark, title, text: `${text}, ${age(now - last_probe.at * 1000)} ago` };
}

function status({ explained: { status: now, since, traffic } }: WhyFacts): WhyStep {
  const title = `${now === 'out_of_service' ? 'out of service' : now}${since === null ? '' : ` since ${seconds(since)}`}`;
  return {
    mark: now === 'up' ? 'ok' : now === 'suspect' || now === 'starting' ? 'warn' : 'no',
    title: title.charAt(0).toUpperCase() + title.slice(1),
    text: traffic.why,
  };
}

function ruled({ explained: { override, held }, guard }: WhyFacts): WhyStep {
  if (override !== null) {
    const end = override.until === null ? 'until it is put back' : `until ${seconds(override.until)}`;
    return { mark: 'no', title: 'Taken out by an operator', text: `“${override.reason}”, ${end}` };
  }
  if (held)
    return {
      mark: 'warn',
      title: 'Held by the guard',
      text: `it would have been evicted${guard === undefined ? '' : `; kept until ${seconds(guard.until)}`}`,
    };
  return { mark: 'ok', title: 'No override, no guard', text: 'no operator and no guard has a say in it' };
}

function used({ explained: { traffic }, service, flow, serviceFlow, ejections }: WhyFacts): WhyStep {
  const share =
    serviceFlow === undefined
      ? ''
      : `${figure(flow?.perSecond ?? 0)} of ${figure(serviceFlow.perSecond)} requests a second go here`;
  if (ejections.length > 0)
    return {
      mark: 'warn',
      title: 'Ejected',
      text: [...ejections.map(opinionOf), share].filter(Boolean).join('; '),
    };
  const gets = service.instances.filter((one) => one.traffic.gets).length;
  return traffic.gets
    ? { mark: 'ok', title: 'Gets traffic', text: share === '' ? `one of ${gets}` : share }
    : { mark: 'no', title: 'Gets no traffic', text: `${gets} of ${service.instances.length} get some` };
}

function next({ explained: { status: now, lease_ends, override }, guard }: WhyFacts): WhyStep {
  const lease = lease_ends === null ? undefined : seconds(lease_ends);
  const text = (() => {
    switch (now) {
      case 'up':
        return lease === undefined
          ? 'probed every 10 s; two failures make it suspect'
          : `stays up while it is heard of; without a word its lease ends ${lease}`;
      case 'starting':
        return 'gets traffic as soon as it says that it is up';
      case 'suspect':
        return guard === undefined
          ? `answers: up again. Refuses: out at once. Neither: out ${lease === undefined ? 'by hand' : `at ${lease}, when its lease ends`}`
          : `is heard of: up again. Else out at ${seconds(guard.until)}, or when the guard is released`;
      case 'draining':
        return 'leaves the list when it stops; it does not come back';
      case 'out_of_service':
        return override?.until == null
          ? 'stays out until it is put back'
          : `back at ${seconds(override.until)}`;
    }
  })();
  return { mark: 'next', title: 'Next', text };
}
