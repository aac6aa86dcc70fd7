import { orderOf, type Order, type Word } from './messages';

/** The worker's end of the channel to the primary. When it breaks, node:cluster ends the process. */
export function onOrder(listener: (order: Order) => void): void {
  process.on('message', (message) => {
    const order = orderOf(message);
    if (order !== undefined) listener(order);
  });
}

export function tellPrimary(word: Word): void {
  if (process.connected) process.send?.(word);
}

/**
 * What has a worker stop: the primary's word, not a signal. Ctrl-C reaches every process of a terminal at once, and a
 * worker that obeyed it would stop accepting before the gateway is drained.
 */
export function whenPrimarySays(type: Order['type']) {
  return (stop: (why: string) => void): void => {
    for (const signal of ['SIGTERM', 'SIGINT']) process.on(signal, () => undefined);
    onOrder((order) => {
      if (order.type === type) stop(type);
    });
  };
}
