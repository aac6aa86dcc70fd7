import fc from 'fast-check';
import { runs, step, type Life, type LifeAction, type LifeEvent } from './life-cycle';

const TERM: LifeEvent = { type: 'stop_requested', signal: 'SIGTERM' };
const INT: LifeEvent = { type: 'stop_requested', signal: 'SIGINT' };
const ended = (exitCode: number): LifeEvent => ({ type: 'ended', exitCode });

/** Plays a life, and answers with what was done, and where it has come to. */
function play(...events: readonly LifeEvent[]): { readonly done: readonly string[]; readonly life: Life } {
  let life: Life = { phase: 'starting' };
  const done: string[] = [];
  for (const event of events) {
    const { life: next, actions } = step(life, event);
    life = next;
    done.push(...actions.map(wordOf));
  }
  return { done, life };
}

function wordOf(action: LifeAction): string {
  if (action.do === 'exit') return `exit ${action.exitCode}`;
  return action.do === 'signal' ? action.signal : action.do;
}

describe('the life of a program', () => {
  const ANSWERS: LifeEvent = { type: 'answers' };
  const FAILS: LifeEvent = { type: 'fails' };
  const DRAINED: LifeEvent = { type: 'drained' };
  const OFF: LifeEvent = { type: 'off_the_list' };
  const GRACE_OVER: LifeEvent = { type: 'grace_over' };
  const LATE: LifeEvent = { type: 'start_timed_out' };

  it.each<[string, readonly LifeEvent[], readonly string[]]>([
    ['that ends before it answers is never announced', [ended(3)], ['kill', 'exit 3']],
    [
      'that does not answer in time is stopped, and that is a failure whatever its own code',
      [LATE, ended(0)],
      ['stop', 'begin_grace', 'kill', 'withdraw'],
    ],
    [
      'that is stopped has its callers let go first',
      [ANSWERS, TERM, DRAINED, ended(0), OFF],
      ['announce', 'drain', 'stop', 'begin_grace', 'kill', 'withdraw', 'exit 0'],
    ],
    [
      'that ends by itself is off the list at once',
      [ANSWERS, ended(7), OFF],
      ['announce', 'kill', 'withdraw', 'exit 7'],
    ],
    [
      'that ends while it drains is off the list at once',
      [ANSWERS, TERM, ended(1), DRAINED, OFF],
      ['announce', 'drain', 'kill', 'withdraw', 'exit 1'],
    ],
    [
      'that fails is off the list until it answers',
      [ANSWERS, FAILS, FAILS, ANSWERS, ANSWERS],
      ['announce', 'withdraw', 'announce'],
    ],
    [
      'that fails needs no drain to be stopped',
      [ANSWERS, FAILS, TERM, ended(0), OFF],
      ['announce', 'withdraw', 'stop', 'begin_grace', 'kill', 'withdraw', 'exit 0'],
    ],
    [
      'that has not answered needs no drain to be stopped',
      [TERM, ended(143), OFF],
      ['stop', 'begin_grace', 'kill', 'withdraw', 'exit 143'],
    ],
    [
      'that does not stop is killed when the grace is over',
      [ANSWERS, TERM, DRAINED, GRACE_OVER, GRACE_OVER, ended(137), OFF],
      ['announce', 'drain', 'stop', 'begin_grace', 'kill', 'kill', 'withdraw', 'exit 137'],
    ],
    [
      'is told at once by a second request, and killed by a third',
      [ANSWERS, TERM, INT, TERM, ended(137), OFF],
      ['announce', 'drain', 'stop', 'begin_grace', 'kill', 'kill', 'withdraw', 'exit 137'],
    ],
    [
      'that has been told already gets a second request itself',
      [ANSWERS, TERM, DRAINED, INT, TERM],
      ['announce', 'drain', 'stop', 'begin_grace', 'SIGINT', 'kill'],
    ],
    [
      'that has ended is not waited for at a further request, whatever the registry does',
      [ANSWERS, ended(0), TERM, OFF],
      ['announce', 'kill', 'withdraw', 'exit 0'],
    ],
  ])('%s', (_title, events, done) => {
    expect(play(...events).done).toEqual(done);
  });

  it('keeps the failed start as its result', () => {
    expect(play(LATE, TERM, GRACE_OVER, ended(137), OFF).done.at(-1)).toBe('exit 1');
  });

  it.each(['SIGHUP', 'SIGUSR1', 'SIGWINCH'] as const)(
    '%s goes to the program for as long as there is one, and changes nothing',
    (signal) => {
      const event: LifeEvent = { type: 'signalled', signal };
      for (const before of [[], [ANSWERS], [ANSWERS, FAILS], [ANSWERS, TERM], [ANSWERS, TERM, DRAINED]]) {
        const { life } = play(...before);
        expect(step(life, event)).toEqual({ life, actions: [{ do: 'signal', signal }] });
      }
      const { life } = play(ANSWERS, ended(0));
      expect(step(life, event)).toEqual({ life, actions: [] });
    },
  );

  const anyEvent = fc.constantFrom<LifeEvent>(
    ANSWERS,
    FAILS,
    LATE,
    TERM,
    INT,
    { type: 'signalled', signal: 'SIGHUP' },
    DRAINED,
    GRACE_OVER,
    OFF,
    ended(0),
    ended(9),
  );

  it('is announced at most once at a time, never told to stop while callers have it, and ends once', () => {
    fc.assert(
      fc.property(fc.array(anyEvent, { maxLength: 30 }), (events) => {
        let life: Life = { phase: 'starting' };
        let listed = false;
        let exits = 0;
        for (const event of events) {
          const before = life;
          const { life: next, actions } = step(life, event);
          life = next;
          for (const action of actions) {
            if (action.do === 'announce') {
              expect(listed).toBe(false);
              listed = true;
            }
            if (action.do === 'withdraw') listed = false;
            // Listed and told: only once it was drained, or at a second request.
            if (action.do === 'stop' && listed) expect(before.phase).toBe('draining');
            if (action.do === 'exit') exits += 1;
            // Nothing is sent to a program that is not there any more.
            if (['stop', 'signal', 'drain'].includes(action.do)) expect(runs(before)).toBe(true);
          }
          // What has ended is not listed.
          if (!runs(life)) expect(listed).toBe(false);
          expect(exits).toBe(life.phase === 'over' ? 1 : 0);
        }
      }),
    );
  });

  it('ends with three requests and the end of the program, however far it has come', () => {
    fc.assert(
      fc.property(fc.array(anyEvent, { maxLength: 30 }), (events) => {
        const { life, done } = play(...events, TERM, TERM, TERM, ended(137), OFF);
        expect(life.phase).toBe('over');
        expect(done).toContain('kill');
      }),
    );
  });
});
