import { createRecordingLogger } from '../test/doubles/recording-logger';
import { etcdRefuses } from './adapters/etcd-store/etcd-errors';
import { dataFolderTaken } from './adapters/journal-store/data-folder-errors';
import { catalogContended, changeTooLarge, leadershipLost, registryBehind, storeUnavailable } from './errors';
import { createFailureLog } from './failure-log';

describe('the log of what failed in a term of leadership', () => {
  it('has an error for each fault, and one line of information for the end of the term', () => {
    const { logger, linesOf } = createRecordingLogger();
    const log = createFailureLog(logger);
    const fail = (event: string, error: unknown): void => log('it failed; retrying', { event, error });
    fail('guard_end_failed', leadershipLost());
    fail('probe_failed', catalogContended());
    fail('override_end_failed', leadershipLost());
    fail('lease_end_failed', changeTooLarge('Raise its limit.', new Error('refused')));
    fail('guard_end_failed', new Error('a fault of ours'));
    expect(linesOf('leader_fenced')).toMatchObject([{ level: 'info' }]);
    expect(linesOf('probe_failed')).toMatchObject([{ level: 'error' }]);
    expect(linesOf('guard_end_failed')).toMatchObject([{ level: 'error' }]);
    expect(linesOf('override_end_failed')).toEqual([]);
    expect(linesOf('lease_end_failed')).toMatchObject([{ level: 'error' }]);
  });

  it.each([
    ['the disk', storeUnavailable(new Error('ENOSPC'))],
    ['etcd', etcdRefuses('There is no leader.')],
    ['the folder of another registry', dataFolderTaken('/data')],
    ['a replica that is behind', registryBehind()],
  ])('has nothing of what is refused by %s, which has its own line', (_, refusal) => {
    const { logger, lines } = createRecordingLogger();
    const log = createFailureLog(logger);
    for (let attempt = 0; attempt < 3; attempt += 1)
      log('it failed; retrying', { event: 'probe_failed', error: refusal });
    expect(lines).toEqual([]);
  });
});
