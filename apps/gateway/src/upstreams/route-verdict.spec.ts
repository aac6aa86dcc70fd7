import { anInstance } from '../../test/support/an-instance';
import { createFakeTransport } from '../../test/support/fake-transport';
import { createUpstreams } from './upstreams';
import { createRoutesInForce } from './routes-in-force';
import { routeVerdict } from './route-verdict';

function scene(given: { instances: number; kept?: boolean }) {
  const upstreams = createUpstreams(createFakeTransport());
  const policy = {
    picker: 'random',
    headersTimeoutMs: 1,
    idleTimeoutMs: 1,
    maxAttempts: 1,
    attemptTimeoutMs: Infinity,
  } as const;
  const routes = createRoutesInForce({
    defaultPolicy: policy,
    compilePolicies: () => undefined,
    upstreams,
    choosing: { random: () => 0, clientOf: () => '192.0.2.1' },
  });
  const listed = anInstance({ routes: [{ path_prefix: '/x', methods: ['GET'] }] });
  const claim = { path_prefix: '/x', since: 1, why: 'It was the first to announce it.' };
  const take = (instances: (typeof listed)[], claims: (typeof claim)[]) => {
    upstreams.apply('product', instances, 0);
    routes.update('product', instances, claims);
  };
  take([listed], [claim]);
  if (given.instances === 0) take([], given.kept === true ? [claim] : []);
  return (method: string, path: string, synced: boolean, now: number) => {
    const verdict = routeVerdict(routes.table.match(method, '', path), synced, now);
    return verdict.kind === 'hold' ? verdict.otherwise : verdict.kind;
  };
}

describe('routeVerdict', () => {
  it.each([
    ['an instance is there', 1, 'GET', '/x', true, 0, 'go'],
    ['an instance is there, in sync or not', 1, 'GET', '/x', false, 0, 'go'],
    ['all have gone and the path is kept', 0, 'GET', '/x', true, 1, 'NO_INSTANCE'],
    ['nobody has the path', 1, 'GET', '/y', true, 0, 'no-route'],
    ['nobody has the path as far as is known yet', 1, 'GET', '/y', false, 0, 'NOT_SYNCED'],
    ['the path is for another method', 1, 'PUT', '/x', true, 0, 'wrong-method'],
    ['the path is for another method as far as is known yet', 1, 'PUT', '/x', false, 0, 'NOT_SYNCED'],
  ])('when %s', (_, instances, method, path, synced, now, expected) => {
    expect(scene({ instances, kept: true })(method, path, synced, now)).toBe(expected);
  });

  it('when the path is kept for its service no more', () => {
    expect(scene({ instances: 0 })('GET', '/x', true, 1)).toBe('no-route');
  });
});
