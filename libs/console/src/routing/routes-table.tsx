import { Ago } from '../parts/ago';
import { Roll } from '../parts/roll';
import { choices, hrefTo } from '../shell/navigation';
import { counted, figure, percent, shortId } from '../state/figures';
import { cellsOf } from '../state/service-row';
import { catalog, traffic } from '../state/store';
import { instanceKey } from '../state/traffic';
import type { RefusalRow, RouteRow } from './route-rows';

interface RoutesTableProps {
  readonly rows: readonly RouteRow[];
  readonly refused: readonly RefusalRow[];
  /** Those that answered. */
  readonly gateways: readonly string[];
  readonly isFiltered: boolean;
}

export function RoutesTable({ rows, refused, gateways, isFiltered }: RoutesTableProps) {
  return (
    <section class="panel" aria-labelledby="routes">
      <header>
        <h2 id="routes">Routes</h2>
        <span class="faint note">
          {rows.length} {isFiltered ? 'match' : 'in force'}
          {refused.length > 0 ? ` · ${counted(refused.length, 'announcement')} refused` : ''}
        </span>
      </header>
      <div class="scroll">
        <table>
          <caption class="hidden">Routes</caption>
          <thead>
            <tr>
              <th>Path</th>
              <th class="o">Host</th>
              <th class="o">Methods</th>
              <th>Service</th>
              <th>From</th>
              <th class="o">Picker</th>
              <th class="o">Policies</th>
              <th>Roll</th>
              <th class="r">req/s</th>
              <th class="r">failed %</th>
              <th class="r o">p99</th>
              <th class="o">Last hit</th>
            </tr>
          </thead>
          <tbody>
            {rows.map((row) => (
              <Line key={row.key} row={row} gateways={gateways} />
            ))}
          </tbody>
        </table>
        {rows.length === 0 ? (
          <p class="empty">
            {isFiltered
              ? 'No route matches.'
              : 'No route yet: an instance announces one with ROUTES=/path, or a routes file has it.'}
          </p>
        ) : null}
      </div>
      {refused.map(({ path_prefix, host = '', service, reason, by }) => (
        <div key={`${by}${service}${host}${path_prefix}${reason}`} class="refusal dim">
          <b class="suspect">Refused:</b> <span class="mono">{`${host}${path_prefix}`}</span> of{' '}
          <b>{service}</b> by {by}. {reason}
        </div>
      ))}
    </section>
  );
}

function Line({ row, gateways }: { readonly row: RouteRow; readonly gateways: readonly string[] }) {
  const { path, host, methods, service, source, picker, policies, flow, lastAt } = row;
  const instances = catalog.value.get(service)?.instances ?? [];
  const ejected = instances.flatMap(
    ({ instance_id }) => traffic.value.ejections.get(instanceKey(service, instance_id)) ?? [],
  );
  const missing = gateways.filter((gateway) => !row.gateways.includes(gateway));
  const isSelected = choices.value['path']?.startsWith(path) ?? false;
  const share = flow?.failedShare ?? null;
  return (
    <tr aria-selected={isSelected}>
      <td>
        <a
          class="mono link"
          href={hrefTo(
            { page: 'explain' },
            { path, host, method: methods[0] === 'GET' ? undefined : methods[0] },
          )}
        >
          {path}
        </a>
        {missing.length === 0 || row.gateways.length === 0 ? null : (
          <div class="sub suspect">not at {missing.map(shortId).join(', ')}</div>
        )}
      </td>
      <td class="mono dim o">{host ?? '*'}</td>
      <td class="mono dim o">{methods.length === 0 ? 'any' : methods.join(' ')}</td>
      <td>
        <a class="name" href={hrefTo({ page: 'service', name: service })}>
          {service}
        </a>
      </td>
      <td>
        <span class="tag">{source}</span>
      </td>
      <td class="dim o">{picker ?? '–'}</td>
      <td class="dim note o policies">{policies.length === 0 ? '–' : policies.join(' · ')}</td>
      <td>
        <Roll cells={cellsOf(instances, ejected)} most={10} />
      </td>
      <td class="r n">{flow === undefined ? '0' : figure(flow.perSecond)}</td>
      <td
        class={`r n ${share !== null && share >= 0.01 ? 'gone' : share !== null && share >= 0.0025 ? 'suspect' : 'dim'}`}
      >
        {percent(share)}
      </td>
      <td class="r n o">{figure(flow?.p99)}</td>
      <td class="dim nowrap o">
        {lastAt === undefined ? <span class="faint">not of late</span> : <Ago at={lastAt} />}
      </td>
    </tr>
  );
}
