import { primaryMessageOf, workerMessageOf } from './messages';

const begin = {
  type: 'begin',
  workers: 2,
  keepsCatalog: true,
  routes: undefined,
  instanceId: 'gw-1',
  identity: undefined,
};

describe('what primary and workers say to each other', () => {
  it.each([
    begin,
    { ...begin, routes: [], identity: 'i/7' },
    { type: 'routes', routes: [] },
    { type: 'identity', identity: undefined },
    { type: 'drain' },
    { type: 'stop', limits: { lingerMs: 0, timeoutMs: 30_000 } },
    { type: 'ask', id: 0, operation: 'explain', input: { path: '/' } },
  ])('is a primary message: $type', (message) => {
    expect(primaryMessageOf(message)).toBe(message);
    expect(workerMessageOf(message)).toBeUndefined();
  });

  it.each([
    { type: 'listening', port: 8000 },
    { type: 'not-started', code: 'PORT_TAKEN', message: 'Port 8000 is taken.' },
    { type: 'synced' },
    { type: 'last-load', load: { edges: [] } },
    { type: 'answer', id: 1, answer: [] },
    {
      type: 'no-answer',
      id: 1,
      code: 'NOT_FOUND',
      status: 404,
      message: 'nobody of that name',
      expose: true,
    },
  ])('is a worker message: $type', (message) => {
    expect(workerMessageOf(message)).toBe(message);
    expect(primaryMessageOf(message)).toBeUndefined();
  });

  it.each([
    undefined,
    null,
    'drain',
    {},
    { type: 7 },
    { type: 'toString' },
    { type: 'stop' },
    { type: 'listening', port: '8000' },
    { type: 'ask', id: -1, operation: 'explain' },
    { type: 'drain', more: 1 },
    { cmd: 'NODE_CLUSTER', act: 'online' },
  ])('is neither: %j', (message) => {
    expect([primaryMessageOf(message), workerMessageOf(message)]).toEqual([undefined, undefined]);
  });
});
