import { anInstance } from '../../test/support/an-instance';
import { createFakeTransport } from '../../test/support/fake-transport';
import { ROUTE_MEMORY_MS } from '../routing/announcement-memory';
import { createFleet } from '../upstreams/fleet';
import { createRouteBook } from '../upstreams/route-book';
import { routeVerdict } from './route-verdict';

function scene(given: { instances: number; goneAt?: number }) {
  const fleet = createFleet(createFakeTransport());
  const policy = {
    picker: 'random',
    headersTimeoutMs: 1,
    idleTimeoutMs: 1,
    maxAttempts: 1,
    attemptTimeoutMs: Infinity,
  } as const;
  const book = createRouteBook({
    defaultPolicy: policy,
    compilePolicies: () => undefined,
    fleet,
    choosing: { random: () => 0, clientOf: () => '192.0.2.1' },
  });
  const listed = anInstance({ routes: [{ path_prefix: '/x', methods: ['GET'] }] });
  const take = (instances: (typeof listed)[], now: number) => {
    fleet.apply('product', instances, 0);
    book.update('product', instances, now);
  };
  take([listed], 0);
  if (given.instances === 0) take([], given.goneAt ?? 0);
  return (method: string, path: string, synced: boolean, now: number) => {
    const verdict = routeVerdict(book.table.match(method, '', path), synced, now);
    return verdict.kind === 'hold' ? verdict.otherwise : verdict.kind;
  };
}

describe('routeVerdict', () => {
  it.each([
    ['an instance is there', 1, 'GET', '/x', true, 0, 'go'],
    ['an instance is there, in sync or not', 1, 'GET', '/x', false, 0, 'go'],
    ['the last one has just gone', 0, 'GET', '/x', true, 1, 'NO_INSTANCE'],
    ['the last one went ten minutes ago', 0, 'GET', '/x', true, ROUTE_MEMORY_MS, 'no-route'],
    ['nobody has the path', 1, 'GET', '/y', true, 0, 'no-route'],
    ['nobody has the path as far as is known yet', 1, 'GET', '/y', false, 0, 'NOT_SYNCED'],
    ['the path is for another method', 1, 'PUT', '/x', true, 0, 'wrong-method'],
    ['the path is for another method as far as is known yet', 1, 'PUT', '/x', false, 0, 'NOT_SYNCED'],
  ])('when %s', (_, instances, method, path, synced, now, expected) => {
    expect(scene({ instances })(method, path, synced, now)).toBe(expected);
  });
});
