import { useMemo } from 'preact/hooks';
import { cellsOf } from '../state/service-row';
import { guards, isSynced, source } from '../state/store';
import { moment, shownCatalog, shownTraffic } from '../shell/moment';
import { choices, hrefTo, place } from '../shell/navigation';
import { Roll } from '../parts/roll';
import { GuardBanner } from './services/guard-banner';
import { InstancesTable } from './service/instances-table';
import { VersionsTable } from './service/versions-table';
import { ServiceCharts } from './service/service-charts';
import { ServiceEvents } from './service/service-events';
import { ServiceLanes } from './service/service-lanes';
import { useExplanation } from './service/use-explanation';
import { WhyDrawer } from './service/why-drawer';

export default function ServicePage() {
  const name = place.value.page === 'service' ? place.value.name : '';
  const service = shownCatalog.value.get(name);
  const isPresent = moment.value === undefined;
  const latest = useExplanation(name, service?.revision);
  // Reasons are of the present only.
  const explanation = isPresent ? latest : undefined;
  const explained = useMemo(
    () => new Map((explanation?.instances ?? []).map((one) => [one.instance_id, one])),
    [explanation],
  );
  if (!isSynced.value) return <div class="empty" aria-busy="true" />;
  const instances = service?.instances ?? [];
  const guard = isPresent ? guards.value.find(({ service_name }) => service_name === name) : undefined;
  const chosen = instances.find(({ instance_id }) => instance_id === choices.value['i']);
  const ejections = [...shownTraffic.value.ejections.values()]
    .flat()
    .filter(({ service_name }) => service_name === name);
  return (
    <>
      <div class="head">
        <a class="dim" href={hrefTo({ page: 'services' })} data-escape>
          Services
        </a>
        <span class="faint">/</span>
        <h1>{name}</h1>
        <Roll cells={cellsOf(instances, ejections)} />
        {(service?.claims ?? []).map(({ host, path_prefix, why }) => (
          <span key={`${host ?? ''}${path_prefix}`} class="tag" title={why}>
            {host}
            {path_prefix}
          </span>
        ))}
      </div>
      {guard === undefined ? null : <GuardBanner guard={guard} />}
      {service === undefined ? (
        <div class="panel empty">
          No instance of <b>{name}</b> is registered, and it holds no path. It is shown here as soon as one
          comes.
        </div>
      ) : null}
      {source.value?.kind === 'registry' ? <ServiceCharts name={name} /> : null}
      <div class="cols">
        <div class="stack">
          <InstancesTable instances={instances} explained={explained} />
          <VersionsTable instances={instances} />
          {source.value?.kind === 'registry' ? <ServiceLanes name={name} /> : null}
        </div>
        {chosen === undefined ? (
          source.value?.kind === 'registry' ? (
            <ServiceEvents name={name} />
          ) : null
        ) : (
          <WhyDrawer instance={chosen} explanation={explanation} />
        )}
      </div>
    </>
  );
}
