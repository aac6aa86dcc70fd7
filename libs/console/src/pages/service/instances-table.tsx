import type { ExplainedInstance, Instance } from '@rollcall/contracts';
import { cellsOf } from '../../state/service-row';
import { shownTraffic } from '../../shell/moment';
import { instanceKey } from '../../state/traffic';
import { InstanceLine } from './instance-line';

/** What the registry, the sessions and every gateway think of each instance, in one table. */
export function InstancesTable(props: {
  readonly instances: readonly Instance[];
  readonly explained: ReadonlyMap<string, ExplainedInstance>;
}) {
  const { instances, explained } = props;
  const ejections = instances.flatMap(
    ({ service_name, instance_id }) =>
      shownTraffic.value.ejections.get(instanceKey(service_name, instance_id)) ?? [],
  );
  const usual = instances[0]?.version;
  return (
    <section class="panel" aria-labelledby="instances">
      <header>
        <h2 id="instances">Instances</h2>
        <span class="faint note">registry, sessions and every gateway’s opinion</span>
      </header>
      <div class="scroll">
        <table>
          <thead>
            <tr>
              <th scope="col">Status</th>
              <th scope="col">Instance</th>
              <th scope="col" class="o">
                Version
              </th>
              <th scope="col" class="o">
                Zone
              </th>
              <th scope="col" class="o">
                Age
              </th>
              <th scope="col" class="o">
                Session
              </th>
              <th scope="col" class="o">
                Lease
              </th>
              <th scope="col" class="r">
                req/s
              </th>
              <th scope="col" class="o trend">
                Trend
              </th>
              <th scope="col" class="r">
                failed
              </th>
              <th scope="col" class="r">
                p99
              </th>
              <th scope="col" class="r o">
                in fl.
              </th>
              <th scope="col" class="o">
                Gateways
              </th>
              <th scope="col">
                <span class="hidden">Actions</span>
              </th>
            </tr>
          </thead>
          <tbody>
            {cellsOf(instances, ejections).map((cell) => (
              <InstanceLine
                key={cell.instance.instance_id}
                cell={cell}
                explained={explained.get(cell.instance.instance_id)}
                ejections={ejections.filter(({ instance_id }) => instance_id === cell.instance.instance_id)}
                isUsual={cell.instance.version === usual}
              />
            ))}
          </tbody>
        </table>
      </div>
    </section>
  );
}
