/** @jest-environment node */
import { aRoute } from '../test/support/a-policy-request';
import type { ParsedRoutes, RoutesFault } from './ports/routes-source';
import { createRoutesReloadLoop, type RoutesEvent, type RoutesReloadLoop } from './routes-reload-loop';

const one: ParsedRoutes = { routes: [aRoute({ pathPrefix: '/one' })] };
const two: ParsedRoutes = { routes: [aRoute({ pathPrefix: '/one' }), aRoute({ pathPrefix: '/two' })] };
const fault: RoutesFault = {
  file: 'routes.yaml',
  line: 3,
  column: 5,
  path: 'routes.0.service',
  message: 'route /a: service is missing',
};

type Parsed = ParsedRoutes & { readonly hash: string };

let held: { hash: string; parsed: ParsedRoutes };
/** Something may happen while a content is parsed. */
let parse: (parsed: Parsed) => Parsed;
let events: RoutesEvent['type'][];
let inForce: readonly string[];
let loop: RoutesReloadLoop;

beforeEach(() => {
  jest.useFakeTimers();
  held = { hash: 'one', parsed: one };
  parse = (parsed) => parsed;
  events = [];
  inForce = [];
  loop = createRoutesReloadLoop({
    source: {
      name: 'routes.yaml',
      read() {
        const { hash, parsed } = held;
        return { hash, parse: () => parse({ ...parsed, hash }) };
      },
    },
    apply: (routes) => (inForce = routes.map(({ pathPrefix }) => pathPrefix)),
    onEvent: ({ type }) => events.push(type),
    everyMs: 2000,
    settleMs: 200,
  });
});
afterEach(() => {
  loop.stop();
  jest.useRealTimers();
});

describe('the routes reload loop', () => {
  it('does not start with a bad file, and says all that is wrong with it, once', () => {
    held = { hash: 'bad', parsed: { faults: [fault, { ...fault, line: 7 }] } };
    expect(() => loop.start()).toThrow(
      /:\n {2}ROUTES_FILE routes\.yaml:3:5: route \/a: service is missing\n {2}ROUTES_FILE routes\.yaml:7:5: /,
    );
    expect(events).toEqual([]);
    expect(jest.getTimerCount()).toBe(0);
    expect(inForce).toEqual([]);
  });

  it.each(['at the start', 'later'])(
    'takes a content that has come while another was parsed (%s)',
    (when) => {
      const replacedMeanwhile = (parsed: Parsed): Parsed => {
        held = { hash: 'two', parsed: two };
        parse = (now) => now;
        return parsed;
      };
      if (when === 'at the start') parse = replacedMeanwhile;
      loop.start();
      if (when === 'later') {
        parse = replacedMeanwhile;
        held = { hash: 'other', parsed: one };
        jest.advanceTimersByTime(2200);
      }
      expect([inForce, loop.status()?.hash]).toEqual([['/one'], when === 'later' ? 'other' : 'one']);
      jest.advanceTimersByTime(4400);
      expect([inForce, loop.status()?.hash]).toEqual([['/one', '/two'], 'two']);
    },
  );

  it('takes a new content once it has stood for a moment, and says nothing while there is none', () => {
    loop.start();
    jest.advanceTimersByTime(60_000);
    expect(events).toEqual(['loaded']);
    held = { hash: 'two', parsed: two };
    jest.advanceTimersByTime(2000);
    expect(inForce).toEqual(['/one']);
    jest.advanceTimersByTime(200);
    expect(inForce).toEqual(['/one', '/two']);
    jest.advanceTimersByTime(60_000);
    expect(events).toEqual(['loaded', 'loaded']);
  });

  it('does not take a file that is still being written for a whole one', () => {
    loop.start();
    held = { hash: 'half', parsed: { routes: [] } };
    jest.advanceTimersByTime(2000);
    held = { hash: 'two', parsed: two };
    jest.advanceTimersByTime(200);
    expect(inForce).toEqual(['/one']);
    jest.advanceTimersByTime(200);
    expect(inForce).toEqual(['/one', '/two']);
  });

  it('refuses a bad file whole, once, and shows why', () => {
    loop.start();
    held = { hash: 'bad', parsed: { faults: [fault] } };
    jest.advanceTimersByTime(60_000);
    expect(events).toEqual(['loaded', 'refused']);
    expect(inForce).toEqual(['/one']);
    expect(loop.status()).toMatchObject({ hash: 'one', routes: 1, fault: { hash: 'bad', faults: [fault] } });
  });

  it.each([
    ['as it was', { hash: 'one', parsed: one }, ['/one']],
    ['better', { hash: 'two', parsed: two }, ['/one', '/two']],
  ])('is content again when the file is %s', (_what, mended, routes) => {
    loop.start();
    held = { hash: 'bad', parsed: { faults: [fault] } };
    jest.advanceTimersByTime(3000);
    held = mended;
    jest.advanceTimersByTime(3000);
    expect(inForce).toEqual(routes);
    expect(loop.status()).toMatchObject({ hash: mended.hash, fault: null });
  });

  it('takes what there is at once on SIGHUP', () => {
    loop.start();
    held = { hash: 'two', parsed: two };
    process.emit('SIGHUP');
    expect(inForce).toEqual(['/one', '/two']);
  });

  it('looks no more once it is stopped, which may be twice', () => {
    const listeners = process.listenerCount('SIGHUP');
    loop.start();
    loop.stop();
    loop.stop();
    held = { hash: 'two', parsed: two };
    jest.advanceTimersByTime(60_000);
    expect(inForce).toEqual(['/one']);
    expect(process.listenerCount('SIGHUP')).toBe(listeners);
  });
});
