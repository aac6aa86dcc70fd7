import fc from 'fast-check';
import { heartbeatRequestSchema, recogniseHeartbeat } from './heartbeat';

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
    ['an id and half of the other', { instance_id: 'p-1', url: 'http://product:8081' }],
    ['an epoch before all', { instance_id: 'p-1', epoch: 0 }],
  ])('refuses %s', (_what, body) => expect(accepts(body)).toBe(false));
});

describe('recogniseHeartbeat', () => {
  const id = fc.oneof(
    fc.stringMatching(/^[A-Za-z0-9._:-]{1,130}$/),
    fc.string(),
    fc.constantFrom('', 'p-1\n', 'p 1', 'p-é'),
  );
  const epoch = fc.oneof(fc.integer(), fc.maxSafeInteger(), fc.double(), fc.constantFrom('7', null, 2 ** 53));
  const status = fc.constantFrom('up', 'starting', 'UP', 'draining', '', null, 1);
  const field = fc.constantFrom('instance_id', 'epoch', 'status', 'service_name', 'url', '__proto__');
  const body = fc.oneof(
    fc.record({ instance_id: id, epoch, status }, { requiredKeys: [] }),
    fc.record(
      { instance_id: id, epoch, status, service_name: fc.string() },
      { requiredKeys: ['instance_id'] },
    ),
    fc.dictionary(field, fc.jsonValue()),
    fc.array(fc.jsonValue()),
  );

  it('takes nothing that the schema does not take, and as the schema reads it', () => {
    fc.assert(
      fc.property(body, (value) => {
        const recognised = recogniseHeartbeat(value);
        if (recognised === undefined) return;
        expect(heartbeatRequestSchema.validate(value)).toEqual({ value: recognised });
      }),
      { numRuns: 3000 },
    );
  });

  it.each([
    [{ instance_id: 'p-1' }],
    [{ instance_id: 'p-1', epoch: 1 }],
    [{ epoch: 7, status: 'starting', instance_id: 'a.B_c:-9' }],
  ])('knows %j', (value) => expect(recogniseHeartbeat(value)).toEqual(value));

  it.each([
    [{ instance_id: 'p-1', epoch: '7' }],
    [{ service_name: 'product', url: 'http://product:8081' }],
    [{ instance_id: 'x'.repeat(129) }],
    [{}],
  ])('leaves %j to the schema', (value) => expect(recogniseHeartbeat(value)).toBeUndefined());
});
