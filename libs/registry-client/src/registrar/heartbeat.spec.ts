import fc from 'fast-check';
import { heartbeatVerdict } from './heartbeat';

const alive = {
  instance_id: 'a',
  epoch: 1,
  ttl_seconds: 30,
  heartbeat_interval_seconds: 10,
  last_heartbeat: 1,
};

function verdictOn(status: number, body: unknown) {
  return heartbeatVerdict({ answered: true, status, body, retryAfterMs: undefined });
}

describe('what a heartbeat came to', () => {
  it.each([
    [200, alive, 'alive'],
    [200, { ...alive, ttl_seconds: 0 }, 'alive'],
    [200, { ...alive, warnings: ['mend this'] }, 'alive'],
    [200, { ...alive, warnings: 'mend this' }, 'unavailable'],
    [200, { ...alive, heartbeat_interval_seconds: 'soon' }, 'unavailable'],
    [200, '<html>', 'unavailable'],
    [301, '', 'unavailable'],
    [400, {}, 'refused'],
    [401, {}, 'refused'],
    [404, { code: 'INSTANCE_NOT_FOUND' }, 'unknown'],
    [409, { code: 'EPOCH_MISMATCH' }, 'superseded'],
    [503, {}, 'unavailable'],
  ])('with %d %j is %s', (status, body, kind) => {
    expect(verdictOn(status, body).kind).toBe(kind);
  });

  it('is something, whatever a registry answers', () => {
    fc.assert(
      fc.property(fc.integer({ min: 100, max: 599 }), fc.anything(), (status, body) => {
        expect(verdictOn(status, body).kind).toEqual(expect.any(String));
      }),
    );
  });
});
