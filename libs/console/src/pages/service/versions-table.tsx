import type { Instance } from '@rollcall/contracts';
import { figure, percent, whole } from '../../state/figures';
import { cellsOf } from '../../state/service-row';
import { shownTraffic } from '../../shell/moment';
import { instanceKey } from '../../state/traffic';
import { Roll } from '../../parts/roll';
import { toneOfFailures } from '../services/service-line';
import { versionRows, type VersionRow } from './version-rows';

/** A canary beside the rest: what each version gets of the traffic, and how it fares. */
export function VersionsTable({ instances }: { readonly instances: readonly Instance[] }) {
  const { edges, windowMs } = shownTraffic.value;
  const rows = versionRows(instances, edges, windowMs);
  if (rows.length < 2) return null;
  return (
    <section class="panel" aria-labelledby="versions">
      <header>
        <h2 id="versions">Versions side by side</h2>
        <span class="faint note o">attempts, as those who sent them report</span>
      </header>
      <div class="scroll">
        <table class="versions">
          <thead>
            <tr>
              <th scope="col">Version</th>
              <th scope="col" class="o">
                Instances
              </th>
              <th scope="col" class="r" title="The mark is where its weights alone would put it">
                share
              </th>
              <th scope="col" class="r">
                req/s
              </th>
              <th scope="col" class="r">
                failed
              </th>
              <th scope="col" class="r">
                p50 ms
              </th>
              <th scope="col" class="r">
                p99
              </th>
              <th scope="col" class="r o">
                in fl.
              </th>
            </tr>
          </thead>
          <tbody>
            {rows.map((row, index) => (
              <VersionLine key={row.version} row={row} isUsual={index === 0} />
            ))}
          </tbody>
        </table>
      </div>
    </section>
  );
}

function VersionLine({ row, isUsual }: { readonly row: VersionRow; readonly isUsual: boolean }) {
  const { version, instances, flow, share, expected } = row;
  const ejections = instances.flatMap(
    ({ service_name, instance_id }) =>
      shownTraffic.value.ejections.get(instanceKey(service_name, instance_id)) ?? [],
  );
  return (
    <tr>
      <th scope="row">
        <span class={`tag ${isUsual ? '' : 'draining'}`}>{version ?? 'no version'}</span>
      </th>
      <td class="o">
        <Roll cells={cellsOf(instances, ejections)} most={12} />
      </td>
      <td class="r nowrap">
        <Share share={share} expected={expected} />
      </td>
      <td class="r n">{shownTraffic.value.on ? figure(flow.perSecond) : '–'}</td>
      <td class={`r n ${toneOfFailures(flow.failedShare)}`}>
        {percent(flow.failedShare)}
        {flow.failedShare === null ? '' : ' %'}
      </td>
      <td class="r n dim">{figure(flow.p50)}</td>
      <td class="r n">{figure(flow.p99)}</td>
      <td class="r n dim o">{whole(flow.inFlight)}</td>
    </tr>
  );
}

function Share({ share, expected }: Pick<VersionRow, 'share' | 'expected'>) {
  return (
    <>
      <span
        class="sharebar"
        title={
          expected === null ? 'None of them is up' : `By its weights it would get ${percent(expected)} %`
        }
      >
        {share === null ? null : <i style={{ width: `${share * 100}%` }} />}
        {expected === null ? null : <b style={{ left: `${expected * 100}%` }} />}
      </span>{' '}
      <span class="n">{share === null ? '–' : `${percent(share)} %`}</span>
    </>
  );
}
