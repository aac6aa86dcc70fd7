import fc from 'fast-check';
import {
  attemptOf,
  LOST,
  PAUSE,
  READY,
  RESUME,
  SENT,
  transition,
  type ConnectionEvent,
  type ConnectionState,
} from './connection-state';

type State = ConnectionState<string>;
type Event = ConnectionEvent<string>;

const CONNECTING: State = { kind: 'connecting', attempt: undefined };
const idle: State = { kind: 'idle' };
const sending: State = { kind: 'sending', attempt: 'a' };
const answering: State = { kind: 'answering', attempt: 'a', reusable: true, wantsRest: true };
const paused: State = { ...answering, kind: 'paused' };
const answered: State = { kind: 'answered', attempt: 'a', reusable: true };

const run: Event = { kind: 'run', attempt: 'a' };
const head: Event = { kind: 'head', reusable: true, wantsRest: true };
const end = { kind: 'end', clean: true, unsent: false, closed: false } as const;

const after = (state: State, ...events: Event[]): State => events.reduce(transition, state);

describe('a connection', () => {
  it.each<[string, State, Event, State]>([
    ['is given its attempt while it connects', CONNECTING, run, { kind: 'connecting', attempt: 'a' }],
    ['sends it once it is ready', { kind: 'connecting', attempt: 'a' }, READY, sending],
    ['is idle when it is ready without one', CONNECTING, READY, idle],
    ['sends the next attempt at once', idle, run, sending],
    ['answers from the head on', sending, head, answering],
    ['pauses', answering, PAUSE, paused],
    ['reads on', paused, RESUME, answering],
    ['is idle after a complete answer', answering, end, idle],
    ['is idle after one that ended while paused', paused, end, idle],
    ['is lost when bytes follow the answer', answering, { ...end, clean: false }, LOST],
    ['is lost when the instance does not keep it', { ...answering, reusable: false }, end, LOST],
    ['sends on behind an early answer', answering, { ...end, unsent: true }, answered],
    [
      'remembers that bytes came behind an early answer',
      answering,
      { ...end, unsent: true, clean: false },
      { ...answered, reusable: false },
    ],
    [
      'is lost when half a request was refused',
      { ...answering, wantsRest: false },
      { ...end, unsent: true },
      LOST,
    ],
    [
      'is lost when the instance takes no more of the request',
      answering,
      { ...end, unsent: true, closed: true },
      LOST,
    ],
    ['is idle once the request has followed', answered, SENT, idle],
    ['is lost once it has, where it is not reusable', { ...answered, reusable: false }, SENT, LOST],
  ])('%s', (_, state, event, expected) => {
    expect(transition(state, event)).toEqual(expected);
  });

  it.each<[string, State, Event]>([
    ['a second attempt', sending, { kind: 'run', attempt: 'b' }],
    [
      'a second attempt while it connects',
      { kind: 'connecting', attempt: 'a' },
      { kind: 'run', attempt: 'b' },
    ],
    ['a head that was not asked for', idle, head],
    ['a second head', answering, head],
    ['the end of no answer', sending, end],
    ['a request that goes out before its answer', answering, SENT],
    ['a pause of what is not read', sending, PAUSE],
    ['a second pause', paused, PAUSE],
    ['reading on without a pause', answering, RESUME],
    ['a second readiness', idle, READY],
  ])('is not changed by %s', (_, state, event) => {
    expect(transition(state, event)).toBe(state);
  });

  const events = fc.array(
    fc.oneof(
      fc.constantFrom<Event>(READY, PAUSE, RESUME, SENT, LOST),
      fc.nat(9).map((attempt): Event => ({ kind: 'run', attempt: `${attempt}` })),
      fc.record({ kind: fc.constant('head' as const), reusable: fc.boolean(), wantsRest: fc.boolean() }),
      fc.record({
        kind: fc.constant('end' as const),
        clean: fc.boolean(),
        unsent: fc.boolean(),
        closed: fc.boolean(),
      }),
    ),
    { maxLength: 40 },
  );

  it('never changes its attempt for another, and is never used again once it is lost', () => {
    fc.assert(
      fc.property(events, (sequence) => {
        let state: State = after(CONNECTING);
        for (const event of sequence) {
          const next = transition(state, event);
          const [before, now] = [attemptOf(state), attemptOf(next)];
          if (before !== undefined && now !== undefined) expect(now).toBe(before);
          if (before === undefined && now !== undefined) expect(event).toEqual({ kind: 'run', attempt: now });
          if (state.kind === 'lost') expect(next).toEqual(LOST);
          state = next;
        }
      }),
    );
  });

  it('becomes idle after an attempt only when its answer is complete, nothing follows it and all was sent', () => {
    fc.assert(
      fc.property(events, (sequence) => {
        let state = after(CONNECTING, run, READY);
        let reusable = true;
        for (const event of sequence) {
          const before = state;
          if (event.kind === 'head' && before.kind === 'sending') reusable = event.reusable;
          if (event.kind === 'end' && (before.kind === 'answering' || before.kind === 'paused'))
            reusable &&= event.clean;
          state = transition(before, event);
          if (state.kind !== 'idle' || before.kind === 'idle') continue;
          expect(reusable).toBe(true);
          expect(event.kind === 'sent' || (event.kind === 'end' && !event.unsent)).toBe(true);
        }
      }),
    );
  });
});
