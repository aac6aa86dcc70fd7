import { createServer } from 'node:http';
import { createRegistrar } from '@rollcall/registry-client';

/**
 * A service with a registrar: registry, name, and how long its main thread may stand still, are its arguments. A GET of
 * `/compute?ms=` has the main thread compute for so long, and nothing else; anything else is answered at once.
 */
const [, , registryUrl = '', serviceName = '', stallLimitMs = '60000'] = process.argv;

const server = createServer((request, response) => {
  const { pathname, searchParams } = new URL(request.url ?? '/', 'http://here');
  const until = performance.now() + (pathname === '/compute' ? Number(searchParams.get('ms')) : 0);
  while (performance.now() < until);
  const self = registrar?.identity();
  if (self !== undefined) response.setHeader('rollcall-instance', `${self.instance_id}/${self.epoch}`);
  response.end();
});
let registrar: ReturnType<typeof createRegistrar> | undefined;

server.listen(0, '127.0.0.1', () => {
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  registrar = createRegistrar({
    registryUrls: [registryUrl],
    registration: { service_name: serviceName, ttl_seconds: 6 },
    advertise: { url: `http://127.0.0.1:${address.port}` },
    stallLimitMs: Number(stallLimitMs),
    onEvent: (event) => process.stdout.write(`${JSON.stringify(event)}\n`),
  });
  void registrar.start();
});
