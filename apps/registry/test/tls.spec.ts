import { askSecurely, createKeyPairFolder, type KeyPairFolder } from '@rollcall/testing/certificates';
import { startRegistry, type RunningRegistry } from './running-registry';

let pair: KeyPairFolder;
let registry: RunningRegistry;
beforeAll(async () => {
  pair = await createKeyPairFolder();
  registry = await startRegistry({ TLS_CERT_FILE: pair.certFile, TLS_KEY_FILE: pair.keyFile });
});
afterAll(async () => {
  await registry.stop();
  await pair.remove();
});

const ask = (method: string, path: string, body?: object) =>
  askSecurely(registry.url.replace('http:', 'https:') + path, {
    ca: pair.authority.ca,
    method,
    ...(body && { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }),
  });

describe('a registry with a certificate', () => {
  it('takes calls over TLS', async () => {
    const product = { service_name: 'product', url: 'http://product:8081' };
    expect((await ask('POST', '/register', product)).status).toBe(201);
    expect((await ask('POST', '/heartbeat', product)).status).toBe(200);
    expect(JSON.parse((await ask('GET', '/discover/product')).body)).toMatchObject({
      instances: [{ url: product.url }],
    });
  });

  it('takes none without it', async () => {
    await expect(registry.get('/services')).rejects.toThrow('fetch failed');
    expect((await ask('GET', '/metrics')).body).toMatch(
      /^tls_handshake_failures_total\{reason="plain_http".*\} 1$/m,
    );
  });
});
