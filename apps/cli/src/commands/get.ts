import type { ExplainedInstance, Instance } from '@rollcall/contracts';
import { nameOf } from '@rollcall/diagnosis';
import { age, span } from '../age';
import { attentionOf } from '../attention';
import type { AddCommand } from '../command';
import { findInstance } from '../find-instance';
import { instanceTable } from '../instance-table';
import type { Table } from '../output/table';
import type { Session } from '../session';

export const addGet: AddCommand = (program, act) => {
  program
    .command('get')
    .summary('everything known of a service or an instance')
    .description(
      'Shows everything that is known of a service, or of an instance: by its id, <service>/<id>, its address, or the beginning of its id.',
    )
    .argument('<service|instance>')
    .action(act(get));
};

async function get({ registry, out, now }: Session, written: string): Promise<void> {
  const everything = await registry.services();
  if (!Object.hasOwn(everything.services, written)) {
    const instance = findInstance(everything, written);
    const { instances } = await registry.explain(instance.service_name);
    const explanation = instances.find(({ epoch }) => epoch === instance.epoch);
    return out.show({
      data: { ...instance, explanation: explanation ?? null },
      names: [nameOf(instance)],
      table: () => factTable(factsOf(instance, explanation, now())),
    });
  }
  const instances = everything.services[written] ?? [];
  const explained = await registry.explain(written);
  out.show({
    data: {
      ...explained,
      instances: instances.map((one) => ({
        ...one,
        ...explained.instances.find(({ epoch }) => epoch === one.epoch),
      })),
    },
    names: instances.map(nameOf),
    table: () => [
      factTable([
        ['service', written],
        ['needs attention', attentionOf(explained).join('; ') || 'nothing'],
        ...(explained.guard === null ? [] : [['guard', explained.guard.mend] as const]),
        ...explained.claims.map(
          ({ host, path_prefix, why }) => ['path', `${host ?? ''}${path_prefix}: ${why}`] as const,
        ),
        ...explained.overrides.map(
          ({ instance_ids, by, reason }) =>
            ['override', `${instance_ids.join(', ')} out of service (${by}): ${reason}`] as const,
        ),
      ]),
      '',
      instanceTable(instances, explained, { wide: true, nowMs: now() }),
    ],
  });
}

type Fact = readonly [name: string, value: string];

function factsOf(
  instance: Instance,
  explanation: ExplainedInstance | undefined,
  nowMs: number,
): readonly Fact[] {
  const facts: (Fact | undefined)[] = [
    ['instance', nameOf(instance)],
    ['url', instance.url],
    ['status', instance.status + (instance.reason === undefined ? '' : ` (${instance.reason})`)],
    ['since', age(explanation?.since ?? null, nowMs)],
    explanation && ['traffic', explanation.traffic.why],
    explanation?.traffic.mend == null ? undefined : ['mend', explanation.traffic.mend],
    ['version', instance.version ?? '-'],
    ['zone', instance.zone ?? '-'],
    ['tags', instance.tags.join(', ') || '-'],
    ['weight', String(instance.weight)],
    ['epoch', String(instance.epoch)],
    ['registered', `${age(instance.registered_at, nowMs)} ago`],
    ['heartbeat', `${age(instance.last_heartbeat, nowMs)} ago`],
    ['lease', leaseOf(instance, explanation, nowMs)],
    explanation && ['session', explanation.session],
    explanation?.last_probe == null
      ? undefined
      : ['last probe', `${explanation.last_probe.outcome}, ${age(explanation.last_probe.at, nowMs)} ago`],
    ...instance.routes.map(
      ({ host, path_prefix, methods }): Fact => [
        'route',
        `${methods === undefined ? '' : `${methods.join(',')} `}${host ?? ''}${path_prefix}`,
      ],
    ),
    ...(instance.refused_routes ?? []).map(
      ({ host, path_prefix, reason }): Fact => ['refused route', `${host ?? ''}${path_prefix}: ${reason}`],
    ),
    ...(explanation?.warnings ?? []).map((warning): Fact => ['warning', warning]),
    ...Object.entries(instance.metadata).map(([key, value]): Fact => [`metadata ${key}`, value]),
  ];
  return facts.filter((fact) => fact !== undefined);
}

function leaseOf(instance: Instance, explanation: ExplainedInstance | undefined, nowMs: number): string {
  if (instance.ttl_seconds === 0) return 'none: it stays until it is deregistered';
  const ends = explanation?.lease_ends ?? null;
  return `${instance.ttl_seconds} s${ends === null ? '' : `, ends in ${span(ends - nowMs / 1000)} without a heartbeat`}`;
}

function factTable(facts: readonly Fact[]): Table {
  return { columns: [{ title: 'FIELD' }, { title: 'VALUE' }], rows: facts };
}
