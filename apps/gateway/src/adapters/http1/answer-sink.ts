import type { AnswerFraming } from './answer-framing';
import type { AnswerHead } from './answer-head';

/**
 * What the parser calls. For each request: any number of `informational`, then `head`, `data` … and `end`; or `switched`
 * in their place; or `fault` at any point, after which nothing is called any more.
 */
export interface AnswerSink {
  informational(head: AnswerHead): void;
  head(head: AnswerHead, framing: AnswerFraming): void;
  data(chunk: Buffer): void;
  /** @param clean no byte has come behind it */
  end(trailers: readonly string[], clean: boolean): void;
  /** @param rest the first bytes of the other protocol */
  switched(head: AnswerHead, rest: Buffer): void;
  fault(reason: string): void;
}
