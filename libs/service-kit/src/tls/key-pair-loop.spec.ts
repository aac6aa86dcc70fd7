/** @jest-environment node */
import type { KeyPair } from './key-pair';
import type { KeyPairFileReading } from './key-pair-files';
import { createKeyPairLoop, type KeyPairEvent, type KeyPairLoop } from './key-pair-loop';

const NOW = 1_700_000_000_000;
const pairOf = (name: string, expiresAt = NOW + 86_400_000): KeyPair => ({
  cert: name,
  key: `key of ${name}`,
  names: `DNS:${name}`,
  fingerprint: name,
  expiresAt,
});
const misfit = { faults: [{ path: 'TLS_KEY_FILE', message: 'TLS_KEY_FILE: k is not the key of it' }] };
const gone = { faults: [{ path: 'TLS_CERT_FILE', message: 'TLS_CERT_FILE: c cannot be read (ENOENT)' }] };

let held: KeyPairFileReading;
let served: string[];
let events: KeyPairEvent[];
let loop: KeyPairLoop;

beforeEach(() => {
  jest.useFakeTimers({ now: NOW });
  held = { pair: pairOf('first') };
  served = [];
  events = [];
  loop = createKeyPairLoop({
    read: () => held,
    serve: ({ cert }) => served.push(cert),
    onEvent: (event) => events.push(event),
    everyMs: 5000,
  });
});
afterEach(() => {
  loop.stop();
  jest.useRealTimers();
});

const types = (): string[] => events.map(({ type }) => type);

it('does not start with what cannot be served', () => {
  held = gone;
  expect(() => loop.start()).toThrow(
    expect.objectContaining({
      code: 'TLS_REFUSED',
      message: 'TLS cannot be served: TLS_CERT_FILE: c cannot be read (ENOENT)',
    }),
  );
  expect(jest.getTimerCount()).toBe(0);
});

it('serves a renewed pair at the next look, and says nothing while none is', () => {
  loop.start();
  jest.advanceTimersByTime(60_000);
  expect(types()).toEqual(['loaded']);
  held = { pair: pairOf('second') };
  jest.advanceTimersByTime(5000);
  expect(served).toEqual(['first', 'second']);
  expect(types()).toEqual(['loaded', 'loaded']);
});

it('serves a new key of the same certificate', () => {
  loop.start();
  held = { pair: { ...pairOf('first'), key: 'another' } };
  jest.advanceTimersByTime(5000);
  expect(served).toEqual(['first', 'first']);
});

it('has a word for a pair that does not fit only if the next look finds the same, and then one', () => {
  loop.start();
  held = misfit;
  jest.advanceTimersByTime(5000);
  held = { pair: pairOf('second') };
  jest.advanceTimersByTime(5000);
  expect(types()).toEqual(['loaded', 'loaded']);

  held = misfit;
  jest.advanceTimersByTime(60_000);
  expect(events.slice(2)).toEqual([{ type: 'refused', faults: [misfit.faults[0]?.message] }]);
  expect(served).toEqual(['first', 'second']);
});

it('says that it is well again after it was not', () => {
  loop.start();
  held = gone;
  jest.advanceTimersByTime(10_000);
  held = { pair: pairOf('first') };
  jest.advanceTimersByTime(10_000);
  expect(types()).toEqual(['loaded', 'refused', 'loaded']);
});

it('looks at once on SIGHUP, says at once what it thinks of it, and goes on looking', () => {
  loop.start();
  held = misfit;
  process.emit('SIGHUP');
  expect(types()).toEqual(['loaded', 'refused']);
  held = { pair: pairOf('second') };
  process.emit('SIGHUP');
  expect(served).toEqual(['first', 'second']);
  held = { pair: pairOf('third') };
  jest.advanceTimersByTime(5000);
  expect(served).toEqual(['first', 'second', 'third']);
  expect(jest.getTimerCount()).toBe(1);
});

it('tells once of a certificate that expires while it is served, or was too old from the start', () => {
  held = { pair: pairOf('first', NOW + 7000) };
  loop.start();
  jest.advanceTimersByTime(5000);
  expect(types()).toEqual(['loaded']);
  jest.advanceTimersByTime(60_000);
  expect(types()).toEqual(['loaded', 'expired']);
  held = { pair: pairOf('old', NOW) };
  jest.advanceTimersByTime(5000);
  expect(types()).toEqual(['loaded', 'expired', 'loaded', 'expired']);
});

it('does nothing more once it is stopped, which may be twice', () => {
  const before = process.listenerCount('SIGHUP');
  loop.start();
  loop.stop();
  loop.stop();
  expect(jest.getTimerCount()).toBe(0);
  expect(process.listenerCount('SIGHUP')).toBe(before);
});
