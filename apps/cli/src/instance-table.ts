import type { ExplainResponse, Instance, InstanceStatus } from '@rollcall/contracts';
import { age, span } from './age';
import type { Cell, Table } from './output/table';
import { STATUS_MARK } from './roll';

/** The instances of a service, a row each; `wide` with all that is known of them. */
export function instanceTable(
  instances: readonly Instance[],
  explained: ExplainResponse,
  { wide, nowMs }: { readonly wide: boolean; readonly nowMs: number },
): Table {
  return {
    columns: [
      { title: 'INSTANCE' },
      { title: 'STATUS' },
      { title: 'SINCE', right: true },
      { title: 'URL' },
      { title: 'VERSION' },
      { title: 'ZONE' },
      ...(wide
        ? [
            { title: 'SESSION' },
            { title: 'LEASE', right: true },
            { title: 'WEIGHT', right: true },
            { title: 'TAGS' },
            { title: 'METADATA' },
          ]
        : []),
      { title: 'NEEDS ATTENTION' },
    ],
    rows: instances.map((instance) => {
      const why = explained.instances.find(({ epoch }) => epoch === instance.epoch);
      const notes = [
        ...(why?.held === true ? ['held by the guard'] : []),
        ...(instance.status === 'up' ? [] : [instance.reason ?? '']),
        ...(why?.warnings ?? []),
      ].filter((note) => note !== '');
      return [
        instance.instance_id,
        statusCell(instance.status),
        age(why?.since ?? null, nowMs),
        instance.url,
        instance.version ?? '-',
        instance.zone ?? '-',
        ...(wide
          ? [
              why?.session ?? '-',
              why?.lease_ends == null ? '-' : span(why.lease_ends - nowMs / 1000),
              String(instance.weight),
              instance.tags.join(',') || '-',
              Object.entries(instance.metadata)
                .map(([key, value]) => `${key}=${value}`)
                .join(' ') || '-',
            ]
          : []),
        { text: notes.join('; '), colour: 'yellow' as const },
      ];
    }),
  };
}

function statusCell(status: InstanceStatus): Cell {
  const { mark, colour } = STATUS_MARK[status];
  return { text: `${mark} ${status}`, colour };
}
