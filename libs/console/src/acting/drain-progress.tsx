import type { DrainSubscriber, Instance } from '@rollcall/contracts';
import { age, shortId, whole } from '../state/figures';
import { catalog, drains, serverNow, traffic } from '../state/store';
import { instanceKey } from '../state/traffic';

/** Who has confirmed that they do not pick it any more, by name, as it comes on the stream. */
export function DrainProgress({ instance }: { readonly instance: Instance }) {
  const { service_name, instance_id } = instance;
  const isListed = catalog.value.get(service_name)?.instances.some((one) => one.instance_id === instance_id);
  const drain = drains.value.get(instance_id);
  if (isListed !== true) return <p role="status">It has left the list. The drain is over.</p>;
  if (drain === undefined) return <p role="status">Waiting for the registry’s word …</p>;
  const all = drain.subscribers.length;
  const acked = drain.acked.length;
  const inFlight = traffic.value.instances.get(instanceKey(service_name, instance_id))?.inFlight;
  return (
    <>
      {drain.subscribers.map((subscriber) => (
        <Subscriber key={subscriber.subscriber} subscriber={subscriber} />
      ))}
      {all === 0 ? <p class="dim">Nobody watches this service: there is nobody to wait for.</p> : null}
      <div class="bar" role="progressbar" aria-valuemin={0} aria-valuemax={all} aria-valuenow={acked}>
        <i style={{ width: `${all === 0 ? 100 : (acked / all) * 100}%` }} />
      </div>
      <p class="dim" role="status">
        {acked} of {all} confirmed
        {inFlight === undefined ? '' : ` · ${whole(inFlight)} in flight`}
        {drain.since === null ? '' : ` · since ${age(serverNow.value - drain.since * 1000)}`}
        {drain.complete ? ' · complete: it may stop' : ''}
      </p>
    </>
  );
}

function Subscriber({ subscriber: one }: { readonly subscriber: DrainSubscriber }) {
  return (
    <div class="ack">
      <span class={one.acked ? 'up' : 'suspect'}>{one.acked ? '✓' : '…'}</span>
      <span>
        {one.service_name ?? 'a watcher'} <b>{shortId(one.instance_id ?? one.subscriber)}</b>
        {one.actor === one.service_name ? null : <span class="faint"> · {one.actor}</span>}
      </span>
      <span class={`mono ${one.acked ? 'dim' : 'suspect'}`}>
        {one.acked ? 'confirmed' : one.connected ? 'not yet' : 'gone, waited for 5 s'}
      </span>
    </div>
  );
}
