import { REGISTRY_ERROR } from '@rollcall/contracts';
import { AppError } from '@rollcall/service-kit';
import type { NoRoom } from './catalog/decisions/registration-decision';

/** The registry's own errors: what a call can come to, besides the kit's faults of form. */

export function instanceNotFound(): AppError {
  return new AppError({
    code: REGISTRY_ERROR.instanceNotFound,
    status: 404,
    message: 'No such instance is registered. Register again.',
  });
}

export function epochMismatch(epoch: number): AppError {
  return new AppError({
    code: REGISTRY_ERROR.epochMismatch,
    status: 409,
    message: `Another life of this registration is listed, of epoch ${epoch}.`,
  });
}

/** @param holder who is alive there, and where */
export function instanceIdTaken(holder: Holder): AppError {
  return taken(
    REGISTRY_ERROR.instanceIdTaken,
    holder,
    `A living instance of this service at ${holder.url} has this instance_id. Give each process an id of its own.`,
  );
}

export function addressTaken(holder: Holder): AppError {
  return taken(
    REGISTRY_ERROR.addressTaken,
    holder,
    `The living instance "${holder.instanceId}" of this service is at this address. Give each process an ADVERTISE_URL of its own, or none.`,
  );
}

function taken(code: string, { retryAfterSeconds }: Holder, message: string): AppError {
  return new AppError({ code, status: 409, message, headers: { 'Retry-After': String(retryAfterSeconds) } });
}

/** Who has what another process asks for. */
export interface Holder {
  readonly instanceId: string;
  readonly url: string;
  /** It may have gone by then. */
  readonly retryAfterSeconds: number;
}

/** @param serviceNames those that the caller may speak for */
export function instanceIdAmbiguous(serviceNames: readonly string[]): AppError {
  return new AppError({
    code: REGISTRY_ERROR.instanceIdAmbiguous,
    status: 409,
    message: `Instances of several services have this id: ${serviceNames.join(', ')}. Say which one by its epoch or service_name.`,
  });
}

/** @param why a sentence */
export function addressForbidden(why: string): AppError {
  return new AppError({
    code: REGISTRY_ERROR.addressForbidden,
    status: 422,
    message: `This address may not be registered: ${why}.`,
  });
}

/** @param why a sentence */
export function unreachable(why: string): AppError {
  return new AppError({
    code: REGISTRY_ERROR.unreachable,
    status: 422,
    message: `${why} This registry lists only what it reaches (REQUIRE_REACHABLE).`,
  });
}

/** @param retryAfterSeconds leases end all the time: a later attempt may find room */
export function catalogFull({ of, bound, over }: NoRoom, retryAfterSeconds: number): AppError {
  const setting = of === 'instances' ? 'MAX_INSTANCES' : 'MAX_SERVICES';
  return noRoom('CATALOG_FULL', { what: of, bound, setting, over, retryAfterSeconds });
}

export function tooManyWatchers(bound: number, over: NoRoom['over'], retryAfterSeconds: number): AppError {
  const what = 'open watch streams';
  return noRoom('TOO_MANY_WATCHERS', { what, bound, setting: 'MAX_WATCHERS', over, retryAfterSeconds });
}

export function tooManyWatchedNames(
  bound: number,
  over: NoRoom['over'],
  retryAfterSeconds: number,
): AppError {
  const what = 'service names on watch streams';
  return noRoom('TOO_MANY_WATCHERS', { what, bound, setting: 'MAX_WATCHED_NAMES', over, retryAfterSeconds });
}

export function tooManyWaiting(bound: number, over: NoRoom['over'], retryAfterSeconds: number): AppError {
  const what = 'waiting calls';
  return noRoom('TOO_MANY_WAITING', { what, bound, setting: 'MAX_WATCHERS', over, retryAfterSeconds });
}

/** There is no place, or none for whoever asks: others are served. */
function noRoom(
  code: string,
  limit: {
    readonly what: string;
    readonly bound: number;
    readonly setting: string;
    readonly over: NoRoom['over'];
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
        ? `${most}, and has that many.`
        : `${most}, and this ${over} already has its fair share of them. Others are still served.`,
    headers: { 'Retry-After': String(retryAfterSeconds) },
  });
}

/** Somebody else's token has opened streams as that subscriber. */
export function subscriberTaken(): AppError {
  return new AppError({
    code: REGISTRY_ERROR.subscriberTaken,
    status: 409,
    message:
      'This subscriber belongs to another token. Make a new UUID for each process that watches, and keep it there.',
  });
}

export function subscriberUnknown(): AppError {
  return new AppError({
    code: REGISTRY_ERROR.subscriberUnknown,
    status: 404,
    message: 'No stream of this subscriber is open, and nothing waits for what it acknowledges.',
  });
}

export function streamSecretWrong(): AppError {
  return new AppError({
    code: REGISTRY_ERROR.streamSecretWrong,
    status: 403,
    message: 'This is not the stream_secret of a stream that this subscriber has open.',
  });
}

/** This process is going; another one, or the next one, will answer. */
export function registryClosing(): AppError {
  return new AppError({
    code: 'REGISTRY_CLOSING',
    status: 503,
    message: 'This registry is shutting down.',
    expose: true,
    headers: { 'Retry-After': '1' },
  });
}

/** Others changed the same records again and again while a call tried to. */
export function catalogContended(): AppError {
  return new AppError({
    code: 'CATALOG_CONTENDED',
    status: 503,
    message: 'Too many changes to the same instance at once. Try again.',
    expose: true,
    headers: { 'Retry-After': '1' },
  });
}

/** The disk did not take a change. Nobody has been told of it, but whether it is on disk is not known. */
export function storeUnavailable(cause: unknown): AppError {
  return new AppError({
    code: 'STORE_UNAVAILABLE',
    status: 503,
    message: 'The catalog cannot be written at the moment, so nothing can be changed. What is listed stays.',
    expose: true,
    headers: { 'Retry-After': '1' },
    cause,
  });
}

/** More changes wait for the disk than it makes sense to keep. */
export function storeOverloaded(): AppError {
  return new AppError({
    code: 'STORE_OVERLOADED',
    status: 503,
    message: 'Too many changes are waiting to be written. Try again.',
    expose: true,
    headers: { 'Retry-After': '1' },
  });
}
