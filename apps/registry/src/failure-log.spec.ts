import { createRecordingLogger } from '../test/doubles/recording-logger';
import { leadershipLost, storeUnavailable } from './errors';
import { createFailureLog } from './failure-log';

describe('the log of what failed in a term of leadership', () => {
  it('has an error for each fault, and one line of information for the end of the term', () => {
    const { logger, linesOf } = createRecordingLogger();
    const log = createFailureLog(logger);
    const fail = (event: string, error: unknown): void => log('it failed; retrying', { event, error });
    fail('guard_end_failed', leadershipLost());
    fail('probe_failed', storeUnavailable(new Error('etcd is away')));
    fail('override_end_failed', leadershipLost());
    fail('guard_end_failed', new Error('a fault of ours'));
    expect(linesOf('leader_fenced')).toMatchObject([{ level: 'info' }]);
    expect(linesOf('probe_failed')).toMatchObject([{ level: 'error' }]);
    expect(linesOf('guard_end_failed')).toMatchObject([{ level: 'error' }]);
    expect(linesOf('override_end_failed')).toEqual([]);
  });
});
