/** The console's own worker in a thread: what a SharedWorker has there and a thread of Node has not. */
import { parentPort, workerData, type MessagePort } from 'node:worker_threads';
import { fetchFrom, setGlobals } from './page-globals';

const scope = new EventTarget();
setGlobals({
  fetch: fetchFrom(String((workerData as { readonly url: string }).url)),
  addEventListener: scope.addEventListener.bind(scope),
});
void import('../../src/state/stream-worker').then(() =>
  parentPort?.on('message', (port: MessagePort) => {
    const ports = [port] as unknown as globalThis.MessagePort[];
    scope.dispatchEvent(new MessageEvent('connect', { ports }));
  }),
);
