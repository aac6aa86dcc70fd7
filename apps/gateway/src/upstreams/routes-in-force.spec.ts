import { anInstance } from '../../test/support/an-instance';
import { createFakeTransport } from '../../test/support/fake-transport';
import { createUpstreams } from './upstreams';
import { createRoutesInForce } from './routes-in-force';

const defaultPolicy = {
  picker: 'round_robin',
  headersTimeoutMs: 1,
  idleTimeoutMs: 1,
  maxAttempts: 1,
  attemptTimeoutMs: Infinity,
} as const;

describe('routes in force', () => {
  const newRoutes = () => {
    const upstreams = createUpstreams(createFakeTransport());
    return createRoutesInForce({
      defaultPolicy,
      compilePolicies: () => undefined,
      upstreams,
      choosing: { random: () => 0, clientOf: () => '192.0.2.1' },
    });
  };
  const announcing = (service: string, prefix: string) =>
    anInstance({ service_name: service, instance_id: service, routes: [{ path_prefix: prefix }] });

  it('leaves a route alone when nothing about the routes has changed', () => {
    const routes = newRoutes();
    routes.update('a', [announcing('a', '/a')]);
    const [before] = routes.table.routes;
    routes.update('a', [{ ...announcing('a', '/a'), status: 'draining' }]);
    expect(routes.table.routes).toEqual([before]);
    expect(routes.table.routes[0]).toBe(before);
  });

  it('keeps the destinations of other services, and with them their turns', () => {
    const routes = newRoutes();
    routes.update('a', [announcing('a', '/a')]);
    const before = routes.table.match('GET', '', '/a');
    routes.update('b', [announcing('b', '/b')]);
    expect(routes.table.match('GET', '', '/a')).toEqual(before);
    expect(routes.table.routes[0]).toBe(before.kind === 'found' ? before.route : undefined);
  });

  it('puts the file’s routes before those that are announced', () => {
    const routes = newRoutes();
    routes.update('a', [announcing('a', '/x')]);
    const ofFile = {
      service: 'b',
      pathPrefix: '/x',
      stripPrefix: false,
      source: 'file',
      policy: defaultPolicy,
    } as const;
    routes.replaceFileRoutes([ofFile]);
    expect(routes.table.routes.map(({ service }) => service)).toEqual(['b']);
    expect(routes.refused().map(({ reason }) => reason)).toEqual(['the routes file gives /x to b']);
    routes.replaceFileRoutes([]);
    expect(routes.table.routes.map(({ service }) => service)).toEqual(['a']);
  });

  it('tells of what the registry refuses, once however many instances announce it, and who holds what', () => {
    const routes = newRoutes();
    const refused = { path_prefix: '/b', code: 'held_by_another', reason: 'b holds /b' } as const;
    const one = { ...announcing('a', '/a'), refused_routes: [refused] };
    const claim = { path_prefix: '/a', since: 1, why: 'It was the first to announce it.' };
    routes.update('a', [one, { ...one, instance_id: 'a-2' }], [claim]);
    expect(routes.refused()).toEqual([{ service: 'a', pathPrefix: '/b', reason: 'b holds /b' }]);
    expect([...routes.claims()]).toEqual([{ service: 'a', claim }]);
    routes.update('a', []);
    expect([routes.refused(), [...routes.claims()], routes.table.routes]).toEqual([[], [], []]);
  });

  it('enters and takes out what is announced again by what the file says now', () => {
    const routes = newRoutes();
    for (const name of ['a', 'b']) routes.update(name, [announcing(name, `/${name}`)]);
    const destinations = new Set(routes.table.routes);
    const closed = {
      service: 'c',
      pathPrefix: '/',
      stripPrefix: false,
      source: 'file',
      closed: true,
      policy: defaultPolicy,
    } as const;
    routes.replaceFileRoutes([closed]);
    expect(routes.table.routes.map(({ service }) => service)).toEqual(['c']);
    expect(routes.refused()).toHaveLength(2);
    routes.replaceFileRoutes([]);
    expect(new Set(routes.table.routes)).toEqual(destinations);
    expect(routes.refused()).toEqual([]);
  });
});
