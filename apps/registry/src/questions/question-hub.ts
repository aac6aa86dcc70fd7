import { randomUUID } from 'node:crypto';
import type { AnsweredQuestions, GatewayQuestion } from '@rollcall/contracts';
import type { Catalog } from '../catalog/catalog';
import type { Entry } from '../catalog/entry';
import { instanceKey } from '../catalog/instance-index';
import type { Clock } from '../ports/clock';
import type { Holder, Shares, ShareVerdict } from '../shares/shares';
import type { ChangeFeed } from '../watch/change-feed';
import { eventFrame, PING_FRAME } from '../watch/event-frame';
import type { EventSink } from '../watch/event-sink';

/** A gateway that can be asked: it holds a stream open on which questions come. */
export interface AskableGateway {
  readonly instanceId: string;
  readonly serviceName: string;
  /** The name of the token that opened its stream. */
  readonly actor: string;
  readonly answers: AnsweredQuestions;
  /** Epoch milliseconds. */
  readonly since: number;
}

/** What a stream is opened with. */
export interface QuestionStreamOpening extends Pick<AskableGateway, 'actor' | 'answers'> {
  /** The incarnation that opens it. */
  readonly entry: Entry;
  /** Whose share questions to it count against. */
  readonly holder: Holder;
}

export interface GatewayAnswer {
  readonly status: number;
  readonly body: object;
}

/** What became of a question. `gone`: its stream ended first. `too_many`: as many are open as may be. */
export type Asked =
  | ({ readonly kind: 'answered' } & GatewayAnswer)
  | { readonly kind: 'silent' | 'gone' }
  | { readonly kind: 'too_many'; readonly over: Exclude<ShareVerdict, 'free'> };

/** Questions to gateways, over streams that they hold open: no port of theirs has to be reached. */
export interface QuestionHub {
  /**
   * Opens the stream of a listed instance, in the place of its older one. It ends when that incarnation is not listed any
   * more.
   *
   * @returns ends it
   */
  open(opening: QuestionStreamOpening, sink: EventSink): () => void;
  gateways(): readonly AskableGateway[];
  ask(gateway: AskableGateway, question: GatewayQuestion): Promise<Asked>;
  /** Whom an open question was put to. */
  askedOf(id: string): AskableGateway | undefined;
  /** @returns `false`: there is no such question, or not any more */
  answer(id: string, answer: GatewayAnswer): boolean;
  end(): void;
}

export interface QuestionHubOptions {
  readonly clock: Clock;
  readonly catalog: Pick<Catalog, 'isListed'>;
  readonly feed: Pick<ChangeFeed, 'follow'>;
  /** The places of open questions: gateways that never answer keep no more than their share of them from the others. */
  readonly places: Shares;
}

/** Whoever asks waits no longer, milliseconds: a gateway answers out of its memory. */
export const ANSWER_WITHIN_MS = 1000;
/** Each is a timer and an answer of 4 MiB at most. The gateways of one token, where there are no others, have half of them. */
export const MOST_OPEN_QUESTIONS = 400;
/** Well within what proxies and NATs let a silent connection live. */
const PING_EVERY_MS = 15_000;
/** Bytes that a gateway may leave unread: it reads at once, or is not there. */
const MOST_UNREAD = 64 * 1024;

interface Stream {
  readonly gateway: AskableGateway;
  readonly sink: EventSink;
  readonly holder: Holder;
  readonly unfollow: () => void;
}

interface OpenQuestion {
  readonly stream: Stream;
  readonly settle: (outcome: Asked) => void;
}

export function createQuestionHub({ clock, catalog, feed, places }: QuestionHubOptions): QuestionHub {
  /** One an instance at most, by service and id: another service's instance of the same id is another gateway. */
  const streams = new Map<string, Stream>();
  const questions = new Map<string, OpenQuestion>();
  let isPinging = false;

  return {
    open({ entry, actor, answers, holder }, sink) {
      const { instanceId, registration } = entry.record;
      const { serviceName } = registration;
      const gateway = { instanceId, serviceName, actor, answers, since: clock.moment().epochMs };
      const unfollow = feed.follow(new Set([serviceName]), () => {
        if (!catalog.isListed(entry)) close(stream);
      });
      const stream: Stream = { gateway, sink, holder, unfollow };
      close(streams.get(keyOf(gateway)));
      streams.set(keyOf(gateway), stream);
      sink.onClose(() => forget(stream));
      sink.write(eventFrame({ type: 'opened', data: { instance_id: instanceId } }));
      if (!isPinging) pingLater();
      return () => close(stream);
    },
    gateways: () => Array.from(streams.values(), ({ gateway }) => gateway),
    ask(gateway, question) {
      const stream = streams.get(keyOf(gateway));
      if (stream?.gateway !== gateway) return Promise.resolve({ kind: 'gone' });
      const verdict = places.verdict(stream.holder);
      if (verdict !== 'free') return Promise.resolve({ kind: 'too_many', over: verdict });
      return put(question, stream);
    },
    askedOf: (id) => questions.get(id)?.stream.gateway,
    answer(id, answer) {
      const question = questions.get(id);
      question?.settle({ kind: 'answered', ...answer });
      return question !== undefined;
    },
    end() {
      for (const stream of [...streams.values()]) close(stream);
    },
  };

  function put(question: GatewayQuestion, stream: Stream): Promise<Asked> {
    return new Promise((resolve) => {
      const id = randomUUID();
      const release = places.take(stream.holder);
      const cancel = clock.after(ANSWER_WITHIN_MS, () => settle({ kind: 'silent' }));
      const settle = (outcome: Asked): void => {
        questions.delete(id);
        release();
        cancel();
        resolve(outcome);
      };
      questions.set(id, { stream, settle });
      stream.sink.write(eventFrame({ type: 'question', data: { id, ...question } }));
      cutUnread(stream);
    });
  }

  function close(stream: Stream | undefined): void {
    if (stream === undefined) return;
    forget(stream);
    // The end of a stream that is not read would not be read either.
    if (stream.sink.waiting > 0) stream.sink.cut();
    else stream.sink.end();
  }

  /** At once, and not when its connection has gone: that of a process that is stopped outlives its lease. */
  function forget(stream: Stream): void {
    const key = keyOf(stream.gateway);
    if (streams.get(key) === stream) streams.delete(key);
    stream.unfollow();
    for (const { stream: asked, settle } of [...questions.values()])
      if (asked === stream) settle({ kind: 'gone' });
  }

  /** For as long as a stream is open. */
  function pingLater(): void {
    isPinging = streams.size > 0;
    if (!isPinging) return;
    clock.after(PING_EVERY_MS, () => {
      for (const stream of [...streams.values()]) if (!cutUnread(stream)) stream.sink.write(PING_FRAME);
      pingLater();
    });
  }
}

/** @returns whether its gateway had left too much unread */
function cutUnread({ sink }: Stream): boolean {
  if (sink.waiting <= MOST_UNREAD) return false;
  sink.cut();
  return true;
}

function keyOf({ serviceName, instanceId }: AskableGateway): string {
  return instanceKey(serviceName, instanceId);
}
