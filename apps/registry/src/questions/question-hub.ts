import { randomUUID } from 'node:crypto';
import type { AnsweredQuestions, GatewayQuestion } from '@rollcall/contracts';
import type { Clock } from '../ports/clock';
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

export interface GatewayAnswer {
  readonly status: number;
  readonly body: object;
}

/** What became of a question. `gone`: its stream ended first. `too_many`: as many are open as may be. */
export type Asked =
  | ({ readonly kind: 'answered' } & GatewayAnswer)
  | { readonly kind: 'silent' | 'gone' | 'too_many' };

/** Questions to gateways, over streams that they hold open: no port of theirs has to be reached. */
export interface QuestionHub {
  /** A gateway's newer stream takes the place of its older one. */
  open(gateway: Omit<AskableGateway, 'since'>, sink: EventSink): void;
  gateways(): readonly AskableGateway[];
  find(instanceId: string): AskableGateway | undefined;
  ask(gateway: AskableGateway, question: GatewayQuestion): Promise<Asked>;
  /** Whom an open question was put to. */
  askedOf(id: string): AskableGateway | undefined;
  /** @returns `false`: there is no such question, or not any more */
  answer(id: string, answer: GatewayAnswer): boolean;
  end(): void;
}

/** Whoever asks waits no longer, milliseconds: a gateway answers out of its memory. */
export const ANSWER_WITHIN_MS = 1000;
/** Each is a timer and an answer of 4 MiB at most. */
const MOST_OPEN_QUESTIONS = 200;
/** Well within what proxies and NATs let a silent connection live. */
const PING_EVERY_MS = 15_000;
/** Bytes that a gateway may leave unread: it reads at once, or is not there. */
const MOST_UNREAD = 64 * 1024;

interface Stream {
  readonly gateway: AskableGateway;
  readonly sink: EventSink;
}

interface OpenQuestion {
  readonly stream: Stream;
  readonly settle: (outcome: Asked) => void;
}

export function createQuestionHub(clock: Clock): QuestionHub {
  const streams = new Map<string, Stream>();
  const questions = new Map<string, OpenQuestion>();
  let isPinging = false;

  return {
    open(gateway, sink) {
      const { instanceId } = gateway;
      streams.get(instanceId)?.sink.end();
      const stream = { gateway: { ...gateway, since: clock.moment().epochMs }, sink };
      streams.set(instanceId, stream);
      sink.onClose(() => {
        if (streams.get(instanceId) === stream) streams.delete(instanceId);
        for (const { stream: asked, settle } of [...questions.values()])
          if (asked === stream) settle({ kind: 'gone' });
      });
      sink.write(eventFrame({ type: 'opened', data: { instance_id: instanceId } }));
      if (!isPinging) pingLater();
    },
    gateways: () => Array.from(streams.values(), ({ gateway }) => gateway),
    find: (instanceId) => streams.get(instanceId)?.gateway,
    ask({ instanceId }, question) {
      const stream = streams.get(instanceId);
      if (stream === undefined) return Promise.resolve({ kind: 'gone' });
      if (questions.size >= MOST_OPEN_QUESTIONS) return Promise.resolve({ kind: 'too_many' });
      return new Promise((resolve) => {
        const id = randomUUID();
        const cancel = clock.after(ANSWER_WITHIN_MS, () => settle({ kind: 'silent' }));
        const settle = (outcome: Asked): void => {
          questions.delete(id);
          cancel();
          resolve(outcome);
        };
        questions.set(id, { stream, settle });
        stream.sink.write(eventFrame({ type: 'question', data: { id, ...question } }));
        if (stream.sink.waiting > MOST_UNREAD) stream.sink.cut();
      });
    },
    askedOf: (id) => questions.get(id)?.stream.gateway,
    answer(id, answer) {
      const question = questions.get(id);
      question?.settle({ kind: 'answered', ...answer });
      return question !== undefined;
    },
    end() {
      for (const { sink } of [...streams.values()]) sink.end();
    },
  };

  /** For as long as a stream is open. */
  function pingLater(): void {
    isPinging = streams.size > 0;
    if (!isPinging) return;
    clock.after(PING_EVERY_MS, () => {
      for (const { sink } of [...streams.values()])
        if (sink.waiting > MOST_UNREAD) sink.cut();
        else sink.write(PING_FRAME);
      pingLater();
    });
  }
}
