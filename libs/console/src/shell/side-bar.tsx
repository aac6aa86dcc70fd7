import { age, figure, whole } from '../state/figures';
import { registry, source } from '../state/store';
import { Icon } from '../parts/icon';
import { RegistryLinks } from '../parts/registry-links';
import { hrefTo, place } from './navigation';
import { pages as offered } from './page-list';

export function SideBar() {
  const here = place.value.page === 'service' ? 'services' : place.value.page;
  const groups = (['main', 'fleet'] as const).map((group) =>
    offered.value.filter((page) => page.group === group),
  );
  return (
    <nav class="rail" aria-label="Main">
      <a class="brand" href={hrefTo({ page: 'services' })}>
        <svg viewBox="0 0 20 20" aria-hidden="true">
          {[1.5, 6.3, 11.1].map((x) => (
            <rect key={x} class="mark" x={x} y="2.5" width="3.6" height="15" rx="1.3" />
          ))}
          <path class="absent" d="M17.4 2.8v14.4" />
        </svg>
        Rollcall
      </a>
      {groups.map((pages, index) => (
        <>
          {index === 1 && pages.length > 0 ? <div class="sep">Fleet</div> : null}
          {pages.map(({ place: to, title, icon, key }) => (
            <a key={key} class="nav" href={hrefTo(to)} aria-current={to.page === here ? 'page' : undefined}>
              <Icon name={icon} />
              {title}
              <span class="k" aria-hidden="true">
                g {key}
              </span>
            </a>
          ))}
        </>
      ))}
      <Foot />
    </nav>
  );
}

/** The registry itself: version, store, and how long a change takes to everybody. */
function Foot() {
  const state = registry.value;
  if (state === undefined)
    return (
      <div class="foot">
        {source.value?.kind === 'gateway' ? (
          <>
            <span>one gateway; its registry:</span>
            <span class="wrap">
              <RegistryLinks />
            </span>
          </>
        ) : null}
      </div>
    );
  const { store, watchers, version, replica, revision, uptime_seconds } = state;
  return (
    <div class="foot">
      <span title={`${location.host}, Node ${state.node}`}>
        registry <b>{replica?.id ?? version}</b> · up {age(uptime_seconds * 1000)}
      </span>
      <span>
        {store.kind}{' '}
        <b class={store.writable ? 'up' : 'gone'}>{store.writable ? 'writable' : 'not writable'}</b>
      </span>
      <span>
        rev <b class="n">{whole(revision)}</b> · watchers <b class="n">{whole(watchers.open)}</b>
      </span>
      <span title="How long the latest change took until the last watcher had it">
        to all{' '}
        <b class="n">{watchers.last_change === null ? '–' : `${figure(watchers.last_change.took_ms)} ms`}</b>
      </span>
    </div>
  );
}
