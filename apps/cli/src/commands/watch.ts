import type { Instance, WatchDelta, WatchSnapshot } from '@rollcall/contracts';
import { nameOf } from '@rollcall/diagnosis';
import type { AddCommand } from '../command';
import { followStream } from '../registry-api/event-stream';
import { STATUS_MARK } from '../roll';
import type { Session } from '../session';

export const addWatch: AddCommand = (program, act) => {
  program
    .command('watch')
    .summary('changes of services as they happen, until Ctrl-C')
    .description(
      'Shows the instances of services, and then a line for each change, until Ctrl-C. With -o json a line is an event of the wire (NDJSON).',
    )
    .argument('[service...]', 'all of them when none is named')
    .action(act(watch));
};

async function watch(session: Session, names: readonly string[]): Promise<void> {
  const { registry, out, signal } = session;
  const known = new Map<string, Map<string, Instance>>();
  /** Services that this stream has told of: one that it has not by then has no instance any more. */
  let told = new Set<string>();
  const events = followStream({
    calls: registry.calls,
    // As a body: names may be many.
    call: { method: 'POST', path: '/watch', body: { services: names.length === 0 ? '*' : names } },
    signal,
    onBreak: (why) => out.hint(`${why}; it is opened again`),
  });
  const apply = (data: unknown, service: string, instances: readonly Instance[]): void => {
    const before = known.get(service) ?? new Map<string, Instance>();
    const after = new Map(instances.map((one) => [one.instance_id, one]));
    known.set(service, after);
    for (const one of instances) {
      const same = before.get(one.instance_id);
      if (same?.revision === one.revision && same.epoch === one.epoch) continue;
      tell(session, data, one, describe(one));
    }
    for (const one of before.values()) if (!after.has(one.instance_id)) tell(session, data, one, '✕ gone');
  };

  for await (const { type, data } of events)
    switch (type) {
      case 'hello':
        told = new Set();
        break;
      case 'snapshot': {
        const { service_name, instances } = data as WatchSnapshot;
        told.add(service_name);
        apply({ event: type, data }, service_name, instances);
        break;
      }
      case 'delta': {
        const { service_name, upserted, removed } = data as WatchDelta;
        told.add(service_name);
        const next = new Map(known.get(service_name));
        for (const id of removed) next.delete(id);
        for (const one of upserted) next.set(one.instance_id, one);
        apply({ event: type, data }, service_name, [...next.values()]);
        break;
      }
      case 'synced':
        for (const service of known.keys()) if (!told.has(service)) apply({ event: type, data }, service, []);
        break;
    }
}

function tell({ out, now }: Session, data: unknown, instance: Instance, what: string): void {
  const time = new Date(now()).toTimeString().slice(0, 8);
  out.item({ data, line: `${time}  ${nameOf(instance)}  ${what}`, name: nameOf(instance) });
}

function describe({ status, url, version, reason }: Instance): string {
  const details = [
    url,
    version === null ? '' : `version ${version}`,
    reason === undefined ? '' : `(${reason})`,
  ];
  return `${STATUS_MARK[status].mark} ${status}  ${details.filter((one) => one !== '').join(' ')}`;
}
