import type { IncomingMessage } from 'node:http';
import { setTimeout as pause } from 'node:timers/promises';
import { createParser } from 'eventsource-parser';
import { CliFault } from '../cli-fault';
import { EXIT } from '../exit-codes';
import { EVENT_STREAM, type Call, type JsonCalls } from './json-calls';

export interface StreamEvent {
  readonly type: string;
  /** Parsed JSON. */
  readonly data: unknown;
}

export interface FollowOptions {
  readonly calls: JsonCalls;
  readonly call: Call;
  /** Hears that the stream has ended, and will be opened anew. */
  readonly onBreak: (why: string) => void;
  readonly signal: AbortSignal;
}

/** The registry pings far more often. */
const SILENCE_MS = 60_000;
const REOPEN_MS = 1000;
/** Longest event, characters: a snapshot of the largest service. */
const LONGEST_EVENT = 256 * 1024 * 1024;

/**
 * The events of a stream, which is opened anew whenever it ends, until the signal is aborted.
 *
 * @throws CliFault when the first opening fails, or a later one is refused
 */
export async function* followStream({
  calls,
  call,
  onBreak,
  signal,
}: FollowOptions): AsyncGenerator<StreamEvent> {
  let hasOpened = false;
  while (!signal.aborted) {
    try {
      const stream = await calls.stream({ ...call, signal, accept: EVENT_STREAM });
      hasOpened = true;
      yield* eventsOf(stream);
      onBreak('the registry ended the stream');
    } catch (error) {
      if (signal.aborted) return;
      const mayComeBack = !(error instanceof CliFault) || error.exitCode === EXIT.away;
      if (!hasOpened || !mayComeBack) throw error;
      onBreak(error instanceof Error ? error.message : String(error));
    }
    await pause(REOPEN_MS, undefined, { signal }).catch(() => undefined);
  }
}

async function* eventsOf(stream: IncomingMessage): AsyncGenerator<StreamEvent> {
  stream.setTimeout(SILENCE_MS, () => stream.destroy(new Error('the registry has fallen silent')));
  const read: StreamEvent[] = [];
  const parser = createParser({
    maxBufferSize: LONGEST_EVENT,
    onEvent: ({ event = 'message', data }) => read.push({ type: event, data: JSON.parse(data) }),
  });
  stream.setEncoding('utf8');
  try {
    for await (const text of stream) {
      parser.feed(String(text));
      yield* read.splice(0);
    }
  } catch (error) {
    // A registry that was killed cuts the stream off: it may come back.
    throw new CliFault(
      EXIT.away,
      `the stream broke off: ${error instanceof Error ? error.message : String(error)}`,
      undefined,
      { cause: error },
    );
  }
}
