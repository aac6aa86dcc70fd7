import { heartbeatRequestSchema } from './heartbeat';

const accepts = (body: unknown) => heartbeatRequestSchema.validate(body).error === undefined;

describe('heartbeatRequestSchema', () => {
  it.each([
    [{ service_name: 'product', url: 'http://product:8081' }],
    [{ instance_id: 'p-1' }],
    [{ instance_id: 'p-1', epoch: 7, status: 'up' }],
  ])('takes %j', (body) => expect(accepts(body)).toBe(true));

  it.each([
    ['nothing', {}],
    ['half a reference', { service_name: 'product' }],
    ['the other half', { url: 'http://product:8081' }],
    ['two references', { instance_id: 'p-1', service_name: 'product', url: 'http://product:8081' }],
    ['an id and half of the other', { instance_id: 'p-1', url: 'http://product:8081' }],
    ['an epoch before all', { instance_id: 'p-1', epoch: 0 }],
  ])('refuses %s', (_what, body) => expect(accepts(body)).toBe(false));
});
