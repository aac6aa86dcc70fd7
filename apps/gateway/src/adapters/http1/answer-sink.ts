import type { AnswerFraming } from './answer-framing';
import type { AnswerHead } from './answer-head';

/**
 * Hears what a connection's bytes say. For each request: any number of `informational`, `head`, `data` …, and `end`; or
 * `switched` in their place; or `fault` at any point, after which nothing more is said.
 */
export interface AnswerSink {
  informational(head: AnswerHead): void;
  head(head: AnswerHead, framing: AnswerFraming): void;
  data(chunk: Buffer): void;
  /** @param clean nothing has come after it */
  end(trailers: readonly string[], clean: boolean): void;
  /** @param rest the first bytes of the other protocol */
  switched(head: AnswerHead, rest: Buffer): void;
  fault(reason: string): void;
}
