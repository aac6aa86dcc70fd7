import type { ExplainedInstance, Instance } from '@rollcall/contracts';
import { shortId } from '../../state/figures';
import { serverNow } from '../../state/store';
import { shownTraffic } from '../../shell/moment';
import type { Ejection } from '../../state/traffic';

export function Session({ session }: { readonly session: ExplainedInstance['session'] | undefined }) {
  switch (session) {
    case 'open':
      return <span class="up">● open</span>;
    case 'lost':
      return <span class="gone">○ lost</span>;
    case 'never':
      return <span class="faint">– none</span>;
    case undefined:
      return <span class="faint">–</span>;
  }
}

export function Lease({
  instance,
  ends,
}: {
  readonly instance: Instance;
  readonly ends: number | null | undefined;
}) {
  if (instance.ttl_seconds === 0) return <span class="faint note">none</span>;
  if (ends == null) return <span class="faint">–</span>;
  const left = Math.max(0, ends - serverNow.value / 1000);
  const share = Math.min(1, left / instance.ttl_seconds);
  return (
    <>
      <span class={`lease ${share < 0.25 ? 'short' : ''}`} title="What is left of its lease">
        <i style={{ width: `${share * 100}%` }} />
      </span>{' '}
      <span class="n dim note">{Math.round(left)} s</span>
    </>
  );
}

const MOST_GATEWAYS = 4;

/** Of those that report: whether they pick it. */
export function Opinions({
  instance,
  ejections,
}: {
  readonly instance: Instance;
  readonly ejections: readonly Ejection[];
}) {
  const { reporters, edges } = shownTraffic.value;
  const gateways = new Set(edges.filter(({ route }) => route !== null).map(({ from }) => from));
  const ofGateways = reporters.filter(({ service_name }) => gateways.has(service_name));
  if (ofGateways.length === 0 && ejections.length === 0) return <span class="faint">–</span>;
  const isPicked = instance.status === 'up';
  return (
    <>
      {ofGateways.slice(0, MOST_GATEWAYS).map(({ instance_id }) => {
        const own = ejections.find(({ by }) => by.instance_id === instance_id);
        const mark =
          own === undefined
            ? isPicked
              ? '✓'
              : '–'
            : `⊘${own.for_ms === null ? '' : `${Math.ceil(own.for_ms / 1000)}s`}`;
        return (
          <span
            key={instance_id}
            class={own === undefined ? (isPicked ? 'dim' : 'faint') : 'ejected'}
            title={instance_id}
          >
            {shortId(instance_id)} {mark}
          </span>
        );
      })}
      {ofGateways.length > MOST_GATEWAYS ? (
        <span class="faint">+{ofGateways.length - MOST_GATEWAYS}</span>
      ) : null}
      {ejections
        .filter(({ by }) => !gateways.has(by.service_name))
        .map(({ by }) => (
          <span key={by.instance_id} class="ejected">
            {by.service_name} ⊘
          </span>
        ))}
    </>
  );
}
