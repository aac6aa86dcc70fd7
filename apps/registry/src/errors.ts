import { REGISTRY_ERROR } from '@rollcall/contracts';
import { AppError } from '@rollcall/service-kit';

/** The registry's own errors; malformed input is answered by service-kit, and `limit-errors.ts` has the 429s. */
export function instanceNotFound(): AppError {
  return new AppError({
    code: REGISTRY_ERROR.instanceNotFound,
    status: 404,
    message:
      'This instance is not registered: it was evicted or deregistered, or never registered here. Register again.',
  });
}

export function epochMismatch(epoch: number): AppError {
  return new AppError({
    code: REGISTRY_ERROR.epochMismatch,
    status: 409,
    message: `Stale request: this instance is listed with epoch ${epoch}, a different incarnation. Register again if this process is to be listed.`,
  });
}

/** @param holder the instance that is alive there */
export function instanceIdTaken(holder: Holder): AppError {
  return taken(
    REGISTRY_ERROR.instanceIdTaken,
    holder,
    `Another instance of this service, alive at ${holder.url}, has this instance_id. Give each process an instance_id of its own.`,
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

/** The instance that has what another process asks for. */
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
    message: `Instances of several services have this id: ${serviceNames.join(', ')}. Send its epoch or service_name as well.`,
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

export function unreachable(why: string): AppError {
  return new AppError({
    code: REGISTRY_ERROR.unreachable,
    status: 422,
    message: `${why} This registry lists only instances that it can connect to (REQUIRE_REACHABLE).`,
  });
}

/** The subscriber's streams were opened with another token. */
export function subscriberTaken(): AppError {
  return new AppError({
    code: REGISTRY_ERROR.subscriberTaken,
    status: 409,
    message:
      'This subscriber id was opened with another token. Use a new UUID for each watching process, and do not share it.',
  });
}

export function subscriberUnknown(): AppError {
  return new AppError({
    code: REGISTRY_ERROR.subscriberUnknown,
    status: 404,
    message:
      'This subscriber has no open stream, so no drain waits for its acknowledgement. Open a stream first.',
  });
}

export function streamSecretWrong(): AppError {
  return new AppError({
    code: REGISTRY_ERROR.streamSecretWrong,
    status: 403,
    message:
      'stream_secret does not belong to an open stream of this subscriber. Send the one from the hello event of its stream.',
  });
}

/** The registry is shutting down; another one, or the next process, will answer. */
export function registryClosing(): AppError {
  return unavailable('REGISTRY_CLOSING', 'This registry is shutting down. Try again in a moment.', {
    logged: false,
  });
}

/** The catalog has begun a moment ago: instances may be running that it does not list. @param retryAfterSeconds by then each has had its turn */
export function registryWarming(retryAfterSeconds: number): AppError {
  return unavailable(
    'REGISTRY_WARMING',
    'The catalog of this registry began a moment ago, and it may not have heard from every instance yet. Keep the list that you have, and ask again.',
    { retryAfterSeconds },
  );
}

/** Concurrent changes to the same records kept conflicting with a call's. */
export function catalogContended(): AppError {
  return unavailable('CATALOG_CONTENDED', 'Too many concurrent changes to the same instance. Try again.');
}

/** Another replica leads by now: what this one presumed is for that one to decide. */
export function leadershipLost(): AppError {
  return unavailable('LEADERSHIP_LOST', 'Another replica has become the leader. Nothing was changed.');
}

/** This replica has not been told yet of what the caller has seen, or cannot find out whether it has. Counted in a metric. */
export function registryBehind(cause?: unknown): AppError {
  return unavailable(
    REGISTRY_ERROR.registryBehind,
    'This replica of the registry has not seen the latest changes yet. Ask another one, or try again.',
    { logged: false, ...(cause !== undefined && { cause }) },
  );
}

/** This replica may be cut off from the others: what it is told here they may never learn. */
export function registryDetached(): AppError {
  return unavailable(
    REGISTRY_ERROR.registryDetached,
    'This replica of the registry has lost its store. Ask another one, or try again.',
    { logged: false },
  );
}

/** A change could not be written. No caller has been told of it, but it may be on disk. The store logs that it cannot write. */
export function storeUnavailable(cause: unknown): AppError {
  return unavailable(
    'STORE_UNAVAILABLE',
    'The catalog cannot be written to disk at the moment, so this change was not made. Instances stay listed. Try again.',
    { logged: false, cause },
  );
}

/** Another registry writes to the same folder, until somebody stops one of the two. The store logs it once. */
export function storeLost(cause: unknown): AppError {
  return unavailable(
    'STORE_UNAVAILABLE',
    'Another registry writes to the data folder of this one, which has stopped writing, so this change was not made. Instances stay listed. Stop one of the two registries.',
    { logged: false, cause },
  );
}

/** The queue of changes that wait for the disk is full. */
export function storeOverloaded(): AppError {
  return unavailable('STORE_OVERLOADED', 'Too many changes are waiting to be written to disk. Try again.');
}

const CHANGE_TOO_LARGE = 'CHANGE_TOO_LARGE';
/** Trying again helps once an operator has mended it, or in parts. */
const TOO_LARGE_RETRY_SECONDS = 30;

/** The change was not made; smaller ones are. @param why a sentence */
export function changeTooLarge(why: string, cause?: unknown): AppError {
  const message = `Nothing was changed: this change is larger than the store takes at once. ${why}`;
  const retryAfterSeconds = TOO_LARGE_RETRY_SECONDS;
  return unavailable(CHANGE_TOO_LARGE, message, { retryAfterSeconds, ...(cause !== undefined && { cause }) });
}

export function isChangeTooLarge(error: unknown): boolean {
  return error instanceof AppError && error.code === CHANGE_TOO_LARGE;
}

function unavailable(
  code: string,
  message: string,
  { retryAfterSeconds = 1, ...rest }: UnavailableOptions = {},
): AppError {
  const headers = { 'Retry-After': String(retryAfterSeconds) };
  return new AppError({ code, status: 503, message, expose: true, headers, ...rest });
}

interface UnavailableOptions {
  readonly retryAfterSeconds?: number;
  readonly logged?: false;
  readonly cause?: unknown;
}
