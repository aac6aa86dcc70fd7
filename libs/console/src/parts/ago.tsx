import { useComputed } from '@preact/signals';
import { age, clock, countdown } from '../state/figures';
import { serverNow } from '../state/store';

/** How long ago something was, on the registry's clock; the exact time when pointed at. */
export function Ago({ at }: { readonly at: number }) {
  const text = useComputed(() => `${age(serverNow.value - at)} ago`);
  return (
    <time dateTime={new Date(at).toISOString()} title={clock(at, { precise: true })}>
      {text}
    </time>
  );
}

export function Countdown({ until }: { readonly until: number }) {
  return <span class="n">{useComputed(() => countdown(until - serverNow.value))}</span>;
}
