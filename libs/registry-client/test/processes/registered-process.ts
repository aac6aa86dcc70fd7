import { createServer } from 'node:http';
import type { Worker } from 'node:worker_threads';
import { createRegistrar } from '../../src';

/**
 * A service with a registrar. Arguments: the registry's address, how long its main thread may stand still, and how many
 * of its registrar's threads die as soon as they are made. A GET of `/?ms=` has its main thread compute for so long, and
 * nothing else; one of `/crash` ends the registrar's thread, as a fault in it would.
 */
const [, , registryUrl = '', stallLimitMs = '60000', stillbornThreads = '0'] = process.argv;

let thread: Worker | undefined;
let threads = 0;
process.on('worker', (worker) => {
  thread = worker;
  threads += 1;
  if (threads <= Number(stillbornThreads)) void worker.terminate();
});

const server = createServer((request, response) => {
  const { pathname, searchParams } = new URL(request.url ?? '/', 'http://here');
  if (pathname === '/crash') void thread?.terminate();
  const until = performance.now() + Number(searchParams.get('ms'));
  while (performance.now() < until);
  response.end();
});

server.listen(0, '127.0.0.1', () => {
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  const registrar = createRegistrar({
    registryUrls: [registryUrl],
    registration: { service_name: 'product' },
    advertise: { port: address.port },
    stallLimitMs: Number(stallLimitMs),
    drainLingerMs: 0,
    onEvent: (event) => process.stdout.write(`${JSON.stringify(event)}\n`),
  });
  void registrar.start();
  process.once('SIGTERM', () => {
    server.close();
    server.closeAllConnections();
    // Nothing but the departure itself keeps the process alive from here.
    void registrar.stop();
  });
});
