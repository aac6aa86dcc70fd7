import { moment } from '../shell/moment';
import { catalog, isSynced, source } from '../state/store';
import { FirstRun } from './services/first-run';
import { FleetFigures } from './services/fleet-figures';
import { GuardBanners } from './services/guard-banner';
import { ServicesTable } from './services/services-table';
import { WhatHappens } from './services/what-happens';

/** What runs, what needs attention, and what happens. */
export function ServicesPage() {
  if (!isSynced.value) return <div class="empty" aria-busy="true" />;
  return (
    <>
      <h1 class="hidden">Services</h1>
      {moment.value === undefined ? <GuardBanners /> : null}
      {catalog.value.size === 0 ? (
        <FirstRun />
      ) : (
        <>
          <FleetFigures />
          <div class="cols">
            <ServicesTable />
            {source.value?.kind === 'gateway' ? null : <WhatHappens />}
          </div>
        </>
      )}
    </>
  );
}
