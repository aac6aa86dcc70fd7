import { drainQuerySchema, drainRequestSchema } from './drain';

const waitOf = (wait_ms: unknown) => {
  const { value, error } = drainQuerySchema.validate({ wait_ms });
  return error === undefined ? value.wait_ms : undefined;
};

describe('drainQuerySchema', () => {
  it.each([
    [undefined, 10_000],
    ['0', 0],
    ['2500', 2500],
    ['60001', 60_000],
  ])('reads wait_ms=%s as %d ms', (given, expected) => expect(waitOf(given)).toBe(expected));

  it.each(['-1', '1.5', 'soon', ''])('refuses wait_ms=%s', (given) => expect(waitOf(given)).toBeUndefined());
});

describe('drainRequestSchema', () => {
  it('may be empty', () => expect(drainRequestSchema.validate({}).error).toBeUndefined());
  it('reads nothing but an epoch', () => {
    expect(drainRequestSchema.validate({ epoch: 3 }).error).toBeUndefined();
    expect(drainRequestSchema.validate({ epoch: 0 }).error).toBeDefined();
    expect(drainRequestSchema.validate({ wait: 3 }).error).toBeDefined();
    // Its own answer, played back.
    const answer = { instance_id: 'p-1', epoch: 3, revision: 7, acked: [], missing: ['a'], complete: false };
    expect(drainRequestSchema.validate(answer)).toEqual({ value: { epoch: 3 } });
  });
});
