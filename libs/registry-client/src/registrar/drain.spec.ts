import { drainVerdict } from './drain';

const FROM = 'http://registry:8080';
const answered = (status: number, body: unknown) =>
  ({ answered: true, status, body, retryAfterMs: undefined }) as const;

describe('drainVerdict', () => {
  it('counts who has confirmed and who has not', () => {
    const body = {
      instance_id: 'p-1',
      epoch: 3,
      revision: 9,
      acked: ['a', 'b'],
      missing: ['c'],
      complete: false,
    };
    expect(drainVerdict(answered(200, body), FROM)).toEqual({
      kind: 'drained',
      registryUrl: FROM,
      complete: false,
      acked: 2,
      missing: 1,
    });
  });

  it.each([
    ['a registry that does not know how to', 404, { code: 'NOT_FOUND' }],
    ['a registry that has forgotten this instance', 404, { code: 'INSTANCE_NOT_FOUND' }],
    ['a registry that breaks', 500, ''],
    ['a malformed answer', 200, 'drained'],
    ['a number in place of names', 200, { acked: 3, missing: 0, complete: true }],
    ['no word on whether that is all', 200, { acked: [], missing: [] }],
  ])('takes %s for nobody having heard', (_what, status, body) => {
    expect(drainVerdict(answered(status, body), FROM).kind).toBe('failed');
  });

  it('passes on why nobody could be asked', () => {
    const failure = { code: 'ECONNREFUSED', message: 'refused' };
    expect(drainVerdict({ answered: false, failure }, FROM)).toEqual({ kind: 'failed', failure });
  });
});
