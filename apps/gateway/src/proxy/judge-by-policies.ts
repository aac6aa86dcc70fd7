import type { Destination } from '../upstreams/destination';
import type { Exchange } from './exchange';

export interface PolicyReport {
  readonly exchange: Exchange;
  readonly destination: Destination;
  /** The policy's name. */
  readonly policy: string;
}

/**
 * Lets the policies of a route see a request, once: a request that was held comes by here again, and must not be counted
 * twice.
 *
 * @param now milliseconds, monotonic
 * @returns whether they have answered it
 */
export function judgeByPolicies(
  exchange: Exchange,
  destination: Destination,
  now: number,
  onAnswer: (report: PolicyReport) => void,
): boolean {
  const { policies } = destination;
  if (policies === undefined) {
    exchange.decisions = undefined;
    return false;
  }
  if (exchange.decisions?.by === policies) return false;
  const { decisions, answer } = policies.judge(exchange, now);
  exchange.decisions = decisions;
  if (answer === undefined) return false;

  exchange.destination = destination;
  onAnswer({ exchange, destination, policy: answer.by });
  if (answer.kind === 'refused') exchange.fail(answer.error);
  else exchange.answer(answer.status, answer.headers);
  return true;
}
