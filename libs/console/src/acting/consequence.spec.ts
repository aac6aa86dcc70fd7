import type { Instance, WhoamiResponse } from '@rollcall/contracts';
import { NO_TRAFFIC, instanceKey, type Traffic } from '../state/traffic';
import type { Action } from './action';
import { commandOf, quoted } from './command';
import { consequenceOf } from './consequence';
import { refusalOf } from './rights';

const instance = (id: string, status: Instance['status'] = 'up'): Instance => ({
  instance_id: id,
  service_name: 'payment',
  url: `http://10.0.0.1:80/${id}`,
  status,
  version: null,
  zone: null,
  tags: [],
  weight: 100,
  metadata: {},
  routes: [],
  ttl_seconds: 30,
  health_path: '/livez',
  registered_at: 0,
  last_heartbeat: 0,
  epoch: 1,
  revision: 1,
});

const three = [instance('a'), instance('b'), instance('c')];
const traffic: Pick<Traffic, 'instances'> = {
  instances: new Map([[instanceKey('payment', 'a'), { ...NO_TRAFFIC.total, perSecond: 412 }]]),
};
const drain = (of: Instance): Action => ({ kind: 'drain', instance: of });

test('a drain says how many are left, and what each of them gets on top', () => {
  expect(consequenceOf(drain(instance('a')), three, traffic)).toEqual({
    sentences: [
      'Leaves 2 of 3 up.',
      'It takes 412 requests a second now; each of the others would take about 206 more.',
    ],
    takesTheLast: false,
  });
});

test.each<[string, Action['kind'], readonly Instance[], boolean]>([
  ['the only one that is up', 'drain', [instance('a'), instance('b', 'suspect')], true],
  ['the only one that is up', 'out', [instance('a'), instance('b', 'draining')], true],
  ['the only one that is up', 'eject', [instance('a')], true],
  ['one of two', 'drain', [instance('a'), instance('b')], false],
])('%s: %s asks for the name: %#', (_name, kind, instances, asks) => {
  if (kind === 'release') throw new Error('not of an instance');
  expect(consequenceOf({ kind, instance: instance('a') }, instances, NO_TRAFFIC).takesTheLast).toBe(asks);
});

test('taking one that gets no traffic anyhow takes nobody’s last', () => {
  const suspect = instance('a', 'suspect');

  expect(consequenceOf(drain(suspect), [suspect], NO_TRAFFIC).takesTheLast).toBe(false);
});

test('a guard is never released by a click alone', () => {
  const release: Action = { kind: 'release', service: 'payment', held: 2 };
  const { sentences, takesTheLast } = consequenceOf(release, [...three], NO_TRAFFIC);

  expect(takesTheLast).toBe(true);
  expect(sentences[0]).toBe('2 instances of payment are evicted at once, which leaves 1 listed and 3 up.');
});

const who = (...scopes: readonly string[]): WhoamiResponse => ({
  auth: 'on',
  name: 'ana',
  scopes,
  routes: null,
  service_routes: {},
});
const out: Action = { kind: 'out', instance: instance('a') };

test.each<[Action, WhoamiResponse, string | undefined]>([
  [drain(instance('a')), who('read'), 'write:payment'],
  [drain(instance('a')), who('read', 'admin'), 'write:payment'],
  [drain(instance('a')), who('read', 'write:order'), 'write:payment'],
  [drain(instance('a')), who('read', 'write:payment'), undefined],
  [drain(instance('a')), who('read', 'write:*'), undefined],
  [out, who('read', 'write:*'), 'admin'],
  [out, who('admin'), undefined],
  [out, { ...who(), auth: 'off' }, undefined],
])('%j by %j lacks %s', (action, me, missing) => {
  const refusal = refusalOf(action, me);
  if (missing === undefined) expect(refusal).toBeUndefined();
  else expect(refusal).toContain(`the scope ${missing}`);
});

test('nothing may be done before it is known who asks', () => {
  expect(refusalOf(out, undefined)).toBeDefined();
});

test('the command says the same, and takes no text for code', () => {
  expect(commandOf(out, { reason: "it's $(broken)", forMs: 300_000 })).toBe(
    `rollcall out payment/a --reason 'it'\\''s $(broken)' --for 5m`,
  );
  expect(quoted('plain/a-1')).toBe('plain/a-1');
});
