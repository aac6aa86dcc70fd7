import type { InstanceExplanation, PathExplanation } from '@rollcall/contracts';
import { agree, explainCommand, explainSteps } from './explain-steps';

const instance = (instance_id: string, more: Partial<InstanceExplanation> = {}): InstanceExplanation => ({
  instance_id,
  url: `http://127.0.0.1/${instance_id}`,
  status: 'up',
  version: '5.1.0',
  zone: null,
  weight: 100,
  in_flight: 2,
  picked: true,
  why: 'it is available',
  ...more,
});

const route: NonNullable<PathExplanation['route']> = {
  name: '/orders',
  service: 'order',
  source: 'file',
  picker: 'round_robin',
  policies: ['rate limit: 1000 per 60 s by key', 'compression'],
  in_flight: 21,
  max_in_flight: 200,
};

const explained = (more: Partial<PathExplanation> = {}): PathExplanation => ({
  request: { method: 'POST', path: '/orders', host: '' },
  verdict: 'forwarded',
  why: 'the route with the longest prefix for this host and method',
  route,
  instances: [instance('o-1'), instance('o-2', { status: 'draining', picked: false, why: 'it is draining' })],
  claims: [],
  refused_announcements: [],
  ...more,
});

const titles = (explanation: PathExplanation) =>
  explainSteps(explanation).map(({ mark, title }) => `${mark}: ${title}`);

describe('the steps of a decision', () => {
  it('are the route, its policies, the room, the candidates and who picks', () => {
    expect(titles(explained())).toEqual([
      'ok: Route /orders',
      'ok: Rate limit',
      'ok: Compression',
      'ok: Room for it',
      'warn: 2 instances, 1 candidate',
      'ok: Picked by round_robin',
    ]);
    expect(explainSteps(explained())[4]?.text).toEqual(['o-2: it is draining']);
  });

  it('end at the limit, with how many are in flight', () => {
    const rejected = explained({
      verdict: 'rejected',
      why: 'the service is at its limit',
      route: { ...route, in_flight: 200 },
    });

    expect(titles(rejected).at(-1)).toBe('stop: No room');
    expect(explainSteps(rejected).at(-1)?.text).toEqual([
      'the service is at its limit',
      '200 of 200 in flight',
    ]);
  });

  it('end where no instance takes it, and say that it is held', () => {
    const held = explained({
      verdict: 'held',
      why: 'no instance of its service is available',
      instances: [],
    });

    expect(titles(held).slice(-2)).toEqual(['stop: 0 instances, 0 candidates', 'stop: Held']);
  });

  it.each(['not found', 'method not allowed', 'refused'] as const)(
    'are one where no route takes it: %s',
    (verdict) => {
      const { route: _none, ...rest } = explained({
        verdict,
        why: 'no route matches this path',
        instances: [],
      });

      expect(explainSteps(rest)).toMatchObject([{ mark: 'stop', text: ['no route matches this path'] }]);
    },
  );

  it('name the claims of others and the announcements that were refused', () => {
    const contested = explained({
      claims: [
        { service: 'order', route: '/orders', since: 1, why: 'It was the first.' },
        { service: 'shop', route: '/', since: 1, why: 'It was the first.' },
      ],
      refused_announcements: [{ service: 'order-shadow', route: '/orders', reason: 'order holds it' }],
    });

    expect(titles(contested).slice(-2)).toEqual([
      'warn: / is held by shop',
      'warn: Refused: /orders of order-shadow',
    ]);
  });

  it('show what a canary gives to which version', () => {
    const canary = [
      { version: '5.1.1', percent: 5, why: 'weight 5' },
      { version: 'any other', percent: 95, why: 'the rest' },
    ];

    expect(titles(explained({ route: { ...route, canary } }))).toContain('ok: Version 5.1.1: 5 %');
  });
});

describe('gateways', () => {
  it('agree when the same becomes of it, in whatever order they list instances', () => {
    expect(agree([explained(), explained({ instances: [...explained().instances].reverse() })])).toBe(true);
    expect(agree([explained()])).toBe(true);
    expect(agree([])).toBe(true);
  });

  it.each([
    ['another verdict', explained({ verdict: 'held' })],
    ['another route', explained({ route: { ...route, name: '/' } })],
    [
      'another opinion of an instance',
      explained({ instances: [instance('o-1', { picked: false }), instance('o-2', { picked: false })] }),
    ],
  ])('do not agree with %s', (_what, other) => {
    expect(agree([explained(), other])).toBe(false);
  });
});

describe('the command', () => {
  it('asks the same', () => {
    expect(explainCommand({ method: 'GET', path: '/orders/7', host: '' })).toBe('rollcall explain /orders/7');
    expect(explainCommand({ method: 'POST', path: '/orders', host: 'shop.example', canary: 'beta' })).toBe(
      'rollcall explain POST /orders --host shop.example --canary beta',
    );
  });

  it('runs nothing else, whatever is typed', () => {
    expect(explainCommand({ method: 'GET', path: "/a';reboot;'", host: '$(reboot)' })).toBe(
      `rollcall explain '/a'\\'';reboot;'\\''' --host '$(reboot)'`,
    );
  });
});
