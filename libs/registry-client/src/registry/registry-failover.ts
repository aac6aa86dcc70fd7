import type { Random } from '@rollcall/load-balancing';
import { backoffMs } from './backoff';
import { registryAddresses } from './registry-addresses';

/**
 * Failover between registries: one that answers is kept; when it fails, the next one is used. Times are monotonic
 * milliseconds.
 */
export interface RegistryFailover {
  /** Every registry's base address, without a trailing slash. */
  readonly urls: readonly string[];
  /** The registry in use. */
  readonly url: string;
  /** The registry in use has answered: the next failure counts as the first. */
  answered(): void;
  /**
   * Fails over to the next registry.
   *
   * @param holdMs for so long the one in use wants not to be asked again
   * @returns milliseconds to wait before using the next: 0 until every registry has failed once, since it may answer
   */
  failed(now: number, holdMs?: number): number;
  /**
   * What the registry in use offers is old. Fails over to the next one, unless every other one has failed or offers no
   * better: then it is to be taken.
   */
  offersOld(now: number): 'take' | 'next';
  /** What was taken is old: begins another round, with the next registry. */
  seekFresh(now: number): void;
  /**
   * How long the registry in use may take to answer: with others to go on to a moment, and longer with each round, so
   * that slow registries are not taken for dead ones for ever. `mostMs` at most, and where there is no other.
   */
  answerLimitMs(mostMs: number): number;
}

/**
 * Within a second of its failure a registry has been left for another, the grace of a stream's silence included. Lower
 * takes busy registries for dead; higher leaves callers without an answer for as long.
 */
const FIRST_ANSWER_LIMIT_MS = 800;

/**
 * Each client tries them in an order of its own: clients are spread over the registries from the start, and those of one
 * that dies over all that are left.
 *
 * @throws TypeError when there is no address, or one that is not an http(s) address
 */
export function createRegistryFailover(registryUrls: readonly string[], random: Random): RegistryFailover {
  const urls = registryAddresses(registryUrls);
  const registries = shuffled(urls, random).map((url): Registry => ({ url, heldUntil: -Infinity }));
  /** Those that were tried since the last answer, or the last wait. */
  const round = new Map<Registry, 'failed' | 'old'>();
  /** Since the last answer. */
  let failedRounds = 0;
  let inUse = registries[0] ?? { url: urls[0], heldUntil: -Infinity };

  /** The other registries in their turn, and the one in use at last. */
  function inTurn(): readonly Registry[] {
    const position = registries.indexOf(inUse);
    return [...registries.slice(position + 1), ...registries.slice(0, position + 1)];
  }

  function goOn(now: number): number {
    const turn = inTurn();
    const next =
      turn.find((registry) => !round.has(registry) && registry.heldUntil <= now) ??
      turn.find((registry) => round.get(registry) === 'old');
    if (next !== undefined) {
      inUse = next;
      return 0;
    }
    round.clear();
    const earliest = now + backoffMs(failedRounds, random);
    failedRounds += 1;
    const dueOf = ({ heldUntil }: Registry): number => Math.max(earliest, heldUntil);
    inUse = turn.reduce((first, registry) => (dueOf(registry) < dueOf(first) ? registry : first));
    return dueOf(inUse) - now;
  }

  return {
    urls,
    get url() {
      return inUse.url;
    },
    answered() {
      round.clear();
      failedRounds = 0;
    },
    failed(now, holdMs = 0) {
      round.set(inUse, 'failed');
      inUse.heldUntil = now + holdMs;
      return goOn(now);
    },
    offersOld(now) {
      round.set(inUse, 'old');
      const others = inTurn().slice(0, -1);
      if (others.every((registry) => round.has(registry) || registry.heldUntil > now)) return 'take';
      goOn(now);
      return 'next';
    },
    seekFresh(now) {
      round.clear();
      inUse = inTurn().find(({ heldUntil }) => heldUntil <= now) ?? inUse;
    },
    answerLimitMs: (mostMs) =>
      urls.length === 1 ? mostMs : Math.min(mostMs, FIRST_ANSWER_LIMIT_MS * 2 ** failedRounds),
  };
}

/** Fisher and Yates: every order is as likely as any other. */
function shuffled<T>(list: readonly T[], random: Random): readonly T[] {
  const order: T[] = [];
  for (const item of list) {
    const at = Math.min(order.length, Math.floor(random() * (order.length + 1)));
    order.splice(at, 0, item);
  }
  return order;
}

interface Registry {
  readonly url: string;
  /** Not asked before, milliseconds. */
  heldUntil: number;
}
