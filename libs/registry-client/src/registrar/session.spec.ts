import fc from 'fast-check';
import { sessionVerdict } from './session';

describe('what to do after a session', () => {
  it.each([
    ['that broke', true, undefined, 'STREAM_ENDED', undefined, 'reopen'],
    ['that fell silent', true, undefined, 'SILENCE', undefined, 'reopen'],
    ['that could not be connected', false, undefined, 'ECONNREFUSED', undefined, 'reopen'],
    ['of a registry that closes', true, undefined, 'SESSION_CLOSED', 'registry_closing', 'reopen'],
    ['of a registry that is about to close', false, 503, 'REGISTRY_CLOSING', undefined, 'reopen'],
    ['refused for now', false, 429, 'TOO_MANY', undefined, 'reopen'],
    ['of a life that is over', true, undefined, 'SESSION_CLOSED', 'over', 'ask'],
    ['of an unknown instance', false, 404, 'INSTANCE_NOT_FOUND', undefined, 'ask'],
    ['of an older life', false, 409, 'EPOCH_MISMATCH', undefined, 'ask'],
    ['without the right token', false, 403, 'FORBIDDEN', undefined, 'refused'],
    ['of a newer session’s life', true, undefined, 'SESSION_CLOSED', 'superseded', 'none'],
    ['where there are none', false, 404, 'NOT_FOUND', undefined, 'none'],
    ['behind a proxy that knows none', false, 404, 'HTTP_404', undefined, 'none'],
  ] as const)('%s', (_what, opened, status, code, closed, verdict) => {
    const failure = { code, message: '', ...(status === undefined ? {} : { status }) };
    expect(sessionVerdict({ opened, failure, closed })).toBe(verdict);
  });

  it('is another one, or a heartbeat, whenever one stood and the registry did not say otherwise', () => {
    fc.assert(
      fc.property(fc.integer({ min: 100, max: 599 }), fc.string(), (status, code) => {
        const failure = { status, code, message: '' };
        expect(sessionVerdict({ opened: true, failure, closed: undefined })).toBe('reopen');
      }),
    );
  });
});
