import type { ComponentType } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { ActionDialog } from '../acting/action-dialog';
import { connection, source } from '../state/store';
import { Icon } from '../parts/icon';
import { ConnectionChip, isStale } from './connection-chip';
import { choices, place } from './navigation';
import { NeedsRegistry } from './needs-registry';
import { News } from './news';
import { followMoment } from './moment';
import { Overlays } from './overlays';
import { LOADERS, PAGES } from './page-list';
import { PastBanner } from './past-banner';
import { SideBar } from './side-bar';
import { TopBar } from './top-bar';

/** Side bar, top bar, and the page that the address names. */
export function Shell() {
  const stale = isStale.value;
  useEffect(followMoment, []);
  const isWall = choices.value['wall'] !== undefined;
  useEffect(() => {
    document.documentElement.classList.toggle('wall', isWall);
  }, [isWall]);
  return (
    <>
      <SideBar />
      <TopBar>
        <ConnectionChip />
      </TopBar>
      <main id="main" tabIndex={-1} class={stale ? 'stale' : ''}>
        {stale ? (
          <div class="banner lost notice" role="status">
            <Icon name="doctor" />
            <div>
              <b>This is not live.</b>{' '}
              <span class="dim">
                {connection.value.status === 'lost'
                  ? connection.value.fault
                  : 'Nothing has been heard for a while.'}{' '}
                What is shown is how it was; it goes on by itself as soon as the{' '}
                {source.value?.kind ?? 'registry'} answers.
              </span>
            </div>
          </div>
        ) : null}
        <PastBanner />
        <CurrentPage />
      </main>
      <ActionDialog />
      <Overlays />
      <News />
    </>
  );
}

function CurrentPage() {
  const { page } = place.value;
  const [loaded, setLoaded] = useState<{ readonly page: string; readonly Page: ComponentType }>();
  useEffect(() => {
    let isWanted = true;
    void LOADERS[page]?.().then((module) => {
      if (isWanted) setLoaded({ page, Page: module.default });
    });
    return () => {
      isWanted = false;
    };
  }, [page]);
  const entry = PAGES.find(({ place: { page: listed } }) => listed === page);
  useEffect(() => {
    const name = place.value.page === 'service' ? place.value.name : entry?.title;
    document.title = name === undefined ? 'Rollcall' : `${name} · Rollcall`;
  });
  if (entry?.needsRegistry === true && source.value?.kind === 'gateway')
    return <NeedsRegistry title={entry.title} />;
  if (LOADERS[page] === undefined) return <div class="empty">There is no such page.</div>;
  return loaded?.page === page ? <loaded.Page /> : <div class="empty" aria-busy="true" />;
}
