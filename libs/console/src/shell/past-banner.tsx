import { Icon } from '../parts/icon';
import { Ago } from '../parts/ago';
import { clock } from '../state/figures';
import { source } from '../state/store';
import { pastKept } from './moment';
import { choose, place } from './navigation';

/** The pages that can show a moment that is over. Events have their own way to do it. */
const WITH_PAST = new Set(['services', 'service', 'topology']);

/** While a moment of the past is looked at: which, what is known of it, and the way back. */
export function PastBanner() {
  const kept = pastKept.value;
  const { page } = place.value;
  if (kept === undefined || page === 'events') return null;
  const isShown = WITH_PAST.has(page) && source.value?.kind === 'registry';
  return (
    <div class="banner past notice" role="status">
      <Icon name="events" />
      <div>
        <b>{isShown ? `As it was at ${clock(kept.at)}` : 'This page shows the present'}</b>
        {isShown ? (
          <>
            , <Ago at={kept.at} />.
          </>
        ) : (
          '.'
        )}{' '}
        <span class="dim">{isShown ? whatIsKnown(kept) : `Of ${clock(kept.at)} nothing is kept here.`}</span>
      </div>
      <div class="right">
        <button type="button" class="btn small" data-escape onClick={() => choose({ at: undefined })}>
          Back to live
        </button>
      </div>
    </div>
  );
}

function whatIsKnown(kept: NonNullable<typeof pastKept.value>): string {
  if (!kept.isKnown) return 'Reading what is kept of it…';
  if (kept.fault !== undefined) return `It is not known: ${kept.fault}`;
  if (kept.isBeforeEvents)
    return 'The registry keeps no events of so long ago: instances are shown as they were when those begin.';
  const instances = 'Statuses are told back by events; versions, zones and paths are those of now.';
  return kept.hasTraffic
    ? `${instances} Of traffic, requests, failures and p99 are kept.`
    : `${instances} Traffic is kept for five minutes: none of then any more.`;
}
