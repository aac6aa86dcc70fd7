import { createServer } from 'node:http';
import { createRegistrar } from '../../src';

/**
 * A service with a registrar. Argument: the registry's address, and how long its main thread may stand still. A GET of
 * `/block?ms=` has it compute for so long, and nothing else.
 */
const [, , registryUrl = '', stallLimitMs = '60000'] = process.argv;

const server = createServer((request, response) => {
  const until = performance.now() + Number(new URL(request.url ?? '/', 'http://here').searchParams.get('ms'));
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
