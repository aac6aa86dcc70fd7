import type { Instance, KnownGateway, UpstreamView } from '@rollcall/contracts';
import type { ComponentChildren } from 'preact';
import { ActButton } from '../parts/act-button';
import { Cell } from '../parts/cell';
import { hrefTo } from '../shell/navigation';
import { countdown, figure, shortId } from '../state/figures';
import { catalog } from '../state/store';
import { useAnswers } from './use-gateways';

const EVERY_MS = 3000;
const MOST = 100;

/** What one gateway makes of the instances, those that it has ejected first, and the settings that it runs with. */
export function GatewayDetails({ gateway }: { readonly gateway: KnownGateway }) {
  const id = gateway.instance_id;
  const upstreams = useAnswers<{ readonly upstreams: readonly UpstreamView[] }>(
    [gateway],
    'upstreams',
    EVERY_MS,
  ).get(id);
  const config = useAnswers<Readonly<Record<string, unknown>>>([gateway], 'config').get(id);
  const list = upstreams?.ok === true ? upstreams.value.upstreams : [];
  const ordered = [...list].sort(byOpinion);
  return (
    <div class="cols gateway">
      <section class="panel" aria-label={`Instances as ${shortId(id)} sees them`}>
        <header>
          <h2>Instances as {shortId(id)} sees them</h2>
          <span class="faint note o">its opinion alone: other gateways may have another</span>
        </header>
        {upstreams?.ok === false ? <p class="empty">{upstreams.fault.detail}</p> : null}
        <div class="scroll">
          <table>
            <thead>
              <tr>
                <th>Instance</th>
                <th>Status</th>
                <th>Opinion</th>
                <th class="o">Version</th>
                <th class="r">weight</th>
                <th class="r">in flight</th>
                <th class="r o">connections</th>
                <th />
              </tr>
            </thead>
            <tbody>
              {ordered.slice(0, MOST).map((upstream) => (
                <UpstreamLine key={`${upstream.service}/${upstream.instance_id}`} upstream={upstream} />
              ))}
            </tbody>
          </table>
        </div>
        {ordered.length > MOST ? <p class="faint note more">{figure(ordered.length - MOST)} more</p> : null}
      </section>
      <section class="panel" aria-label="Settings">
        <header>
          <h2>Settings</h2>
          <span class="faint note">secrets are masked</span>
        </header>
        {config?.ok === true ? (
          <Settings config={config.value} />
        ) : (
          <p class="empty">{config?.fault.detail ?? '…'}</p>
        )}
      </section>
    </div>
  );
}

function byOpinion(one: UpstreamView, other: UpstreamView): number {
  const rank = ({ ejection, ejected_by_hand: byHand }: UpstreamView) =>
    ejection === null && byHand === null ? 1 : 0;
  return (
    rank(one) - rank(other) ||
    (one.service < other.service
      ? -1
      : one.service > other.service
        ? 1
        : one.instance_id < other.instance_id
          ? -1
          : 1)
  );
}

function UpstreamLine({ upstream }: { readonly upstream: UpstreamView }) {
  const {
    service,
    instance_id,
    status,
    version,
    weight,
    in_flight,
    connections,
    ejection,
    ejected_by_hand: byHand,
  } = upstream;
  const isEjected = ejection !== null || byHand !== null;
  const listed: Instance | undefined = catalog.value
    .get(service)
    ?.instances.find((one) => one.instance_id === instance_id);
  return (
    <tr>
      <td>
        <a class="name" href={hrefTo({ page: 'service', name: service }, { i: instance_id })}>
          {service}
        </a>{' '}
        <span class="mono dim" title={instance_id}>
          {shortId(instance_id)}
        </span>
      </td>
      <td>
        <span class={`st ${isEjected ? 'ejected' : status}`}>
          <Cell kind={isEjected && status === 'up' ? 'ejected' : status} />
          {isEjected ? 'ejected' : status.replaceAll('_', ' ')}
        </span>
      </td>
      <td class="dim note">{opinionOf(upstream)}</td>
      <td class="o">{version === null ? '–' : <span class="tag">{version}</span>}</td>
      <td class="r n dim">{weight}</td>
      <td class="r n">{figure(in_flight)}</td>
      <td class="r n dim o">
        {connections.open} · {connections.idle} idle
      </td>
      <td class="r nowrap">
        {listed === undefined ? null : isEjected ? (
          <ActButton action={{ kind: 'restore', instance: listed }}>Restore…</ActButton>
        ) : (
          <ActButton action={{ kind: 'eject', instance: listed }}>Eject…</ActButton>
        )}
      </td>
    </tr>
  );
}

function opinionOf({ ejection, ejected_by_hand: byHand, reason }: UpstreamView): ComponentChildren {
  if (byHand !== null)
    return `by hand: ${byHand.reason}${byHand.ends_in_ms === undefined ? ', until it is restored' : `, ${countdown(byHand.ends_in_ms)} left`}`;
  if (ejection === null) return reason ?? <span class="faint">–</span>;
  const { status, cause, outcome, times, available_in_ms: left } = ejection;
  const again = times > 1 ? `, ${times} times in a row` : '';
  return status === 'trial'
    ? `on trial after ${cause} ${outcome}${again}`
    : `${cause} ${outcome}${again}, ${countdown(left)} left`;
}

function Settings({ config }: { readonly config: Readonly<Record<string, unknown>> }) {
  return (
    <dl class="kv">
      {Object.entries(config)
        .sort(([one], [other]) => (one < other ? -1 : 1))
        .map(([name, value]) => (
          <>
            <dt class="mono">{name}</dt>
            <dd class="mono" title={textOf(value)}>
              {textOf(value)}
            </dd>
          </>
        ))}
    </dl>
  );
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}
