import type { AnswerFraming } from './answer-framing';
import type { ResponseHead } from '../../ports/transport';

/**
 * What the parser calls. For each request: any number of `informational`, then `head`, `data` … and `end`; or `switched`
 * in their place; or `fault` at any point, after which nothing is called any more.
 */
export interface AnswerSink {
  informational(head: ResponseHead): void;
  head(head: ResponseHead, framing: AnswerFraming): void;
  data(chunk: Buffer): void;
  /** @param clean no byte has come behind it */
  end(trailers: readonly string[], clean: boolean): void;
  /** @param rest the first bytes of the other protocol */
  switched(head: ResponseHead, rest: Buffer): void;
  fault(reason: string): void;
}
