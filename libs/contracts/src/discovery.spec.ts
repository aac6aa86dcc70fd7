import { discoverQuerySchema, recogniseDiscoverQuery } from './discovery';

describe('discoverQuerySchema', () => {
  it.each([
    ['30s', 30_000],
    ['500ms', 500],
    ['1m', 60_000],
    ['30', 30_000],
    ['0s', 0],
    ['999h', undefined],
    ['100m', 600_000],
    ['1.5s', undefined],
    ['-1s', undefined],
    ['', undefined],
  ])('reads wait=%s as %s ms', (wait, ms) => {
    const { value, error } = discoverQuerySchema.validate({ index: '3', wait });
    expect(error === undefined ? value.wait : undefined).toBe(ms);
  });

  it('waits for nothing without an index to wait past', () => {
    expect(discoverQuerySchema.validate({ wait: '30s' }).error).toBeDefined();
  });

  it.each([{ status: 'sideways' }, { index: '-1' }, { tags: 'a' }])('refuses %j', (query) => {
    expect(discoverQuerySchema.validate(query).error).toBeDefined();
  });
});

describe('recogniseDiscoverQuery', () => {
  it('knows no query at all, which the schema leaves as it is', () => {
    expect(recogniseDiscoverQuery({})).toEqual({});
    expect(discoverQuerySchema.validate({})).toEqual({ value: {} });
  });

  it('leaves every other to the schema', () => {
    expect(recogniseDiscoverQuery({ tag: 'blue' })).toBeUndefined();
  });
});
