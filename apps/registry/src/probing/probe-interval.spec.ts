import { FRESH_CONTACT } from '../catalog/instance/contact';
import type { Condition } from '../catalog/instance/standing';
import { probeIntervalMs } from './probe-interval';

const UP: Condition = { status: 'up' };
const SUSPECT: Condition = { status: 'suspect', cause: 'session_lost', before: 'up' };
const HELD: Condition = { status: 'suspect', cause: 'held', before: 'up' };

describe('how often an instance is probed', () => {
  it.each<[string, { leased: boolean; condition: Condition; lapsing?: boolean }, number | undefined]>([
    ['is up and has a lease', { leased: true, condition: UP }, undefined],
    ['is starting and has a lease', { leased: true, condition: { status: 'starting' } }, undefined],
    ['is suspect', { leased: true, condition: SUSPECT }, 1000],
    ['is held', { leased: true, condition: HELD }, 1000],
    ['is up, and its lease has ended', { leased: true, condition: UP, lapsing: true }, 1000],
    ['has no lease', { leased: false, condition: UP }, 10_000],
    ['has no lease and is suspect', { leased: false, condition: SUSPECT }, 10_000],
    ['is draining', { leased: true, condition: { status: 'draining' } }, undefined],
    ['is draining and has no lease', { leased: false, condition: { status: 'draining' } }, undefined],
  ])('when it %s', (_what, { leased, condition, lapsing = false }, intervalMs) => {
    expect(probeIntervalMs({ leased, standing: { condition }, contact: { ...FRESH_CONTACT, lapsing } })).toBe(
      intervalMs,
    );
  });
});
