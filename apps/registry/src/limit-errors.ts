import { AppError } from '@rollcall/service-kit';
import type { LimitReached } from './catalog/decisions/registration-decision';

type Over = LimitReached['over'];

/** @param retryAfterSeconds leases end all the time: a later attempt may find room */
export function catalogFull({ of, bound, over }: LimitReached, retryAfterSeconds: number): AppError {
  const setting = of === 'instances' ? 'MAX_INSTANCES' : 'MAX_SERVICES';
  return limitReached('CATALOG_FULL', { what: of, bound, setting, over, retryAfterSeconds });
}

export function tooManyWatchers(bound: number, over: Over, retryAfterSeconds: number): AppError {
  const what = 'open watch streams';
  return limitReached('TOO_MANY_WATCHERS', { what, bound, setting: 'MAX_WATCHERS', over, retryAfterSeconds });
}

export function tooManyLive(bound: number, over: Over, retryAfterSeconds: number): AppError {
  const what = 'open streams of GET /live';
  return limitReached('TOO_MANY_LIVE', { what, bound, setting: 'MAX_LIVE', over, retryAfterSeconds });
}

export function tooManyWatchedNames(bound: number, over: Over, retryAfterSeconds: number): AppError {
  const what = 'service names on watch streams';
  return limitReached('TOO_MANY_WATCHERS', {
    what,
    bound,
    setting: 'MAX_WATCHED_NAMES',
    over,
    retryAfterSeconds,
  });
}

export function tooManyWaiting(bound: number, over: Over, retryAfterSeconds: number): AppError {
  const what = 'waiting calls';
  return limitReached('TOO_MANY_WAITING', { what, bound, setting: 'MAX_WATCHERS', over, retryAfterSeconds });
}

/** @param why a sentence */
export function tooManyQuestions(why: string): AppError {
  return new AppError({
    code: 'TOO_MANY_QUESTIONS',
    status: 429,
    message: `${why} Ask again in a moment.`,
    headers: { 'Retry-After': '1' },
  });
}

/** A limit is reached, or the caller's fair share of it: others are served. */
function limitReached(
  code: string,
  limit: {
    readonly what: string;
    readonly bound: number;
    readonly setting: string;
    readonly over: Over;
    readonly retryAfterSeconds: number;
  },
): AppError {
  const { what, bound, setting, over, retryAfterSeconds } = limit;
  const most = `This registry takes at most ${bound} ${what} (${setting})`;
  return new AppError({
    code,
    status: 429,
    message:
      over === 'full'
        ? `${most}, and that limit is reached. Try again later.`
        : `${most}, and this ${over} already has its fair share of them. Close some, or try again later.`,
    headers: { 'Retry-After': String(retryAfterSeconds) },
  });
}
