import { computed } from '@preact/signals';
import { age } from '../state/figures';
import { connection, heardAt, isSynced, now } from '../state/store';

/** Without a word for so long, what is shown is not live: the registry says something every two seconds. */
const STALE_MS = 5000;

/** Whether what is shown is what is. */
export const isStale = computed(
  () => isSynced.value && (connection.value.status !== 'live' || now.value - heardAt.value > STALE_MS),
);

export function ConnectionChip() {
  const { status } = connection.value;
  const old = age(now.value - heardAt.value);
  if (status === 'live' && !isStale.value)
    return (
      <span class="chip live" title="One event stream for all tabs of this browser">
        <i />
        live<span class="o"> · {old} ago</span>
      </span>
    );
  if (status === 'connecting')
    return (
      <span class="chip">
        <i />
        connecting
      </span>
    );
  return (
    <span class="chip lost" title={connection.value.status === 'lost' ? connection.value.fault : undefined}>
      <i />
      not live{heardAt.value === 0 ? '' : ` · ${old} old`}
    </span>
  );
}
