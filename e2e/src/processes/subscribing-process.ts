import { createResolver } from '@rollcall/registry-client';

/** Follows a service at a registry (the two arguments), and writes a line whenever it knows something new. */
const [, , registryUrl = '', serviceName = ''] = process.argv;

const resolver = createResolver({ registryUrls: [registryUrl], services: [serviceName] });
resolver.watch(serviceName, (result) => {
  const urls = 'snapshot' in result ? result.snapshot.instances.map(({ url }) => url) : [];
  process.stdout.write(`${JSON.stringify({ at: Date.now(), urls })}\n`);
});
void resolver.start();
