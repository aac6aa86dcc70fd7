/** Codes of the registry's problem+json answers that clients branch on. */
export const REGISTRY_ERROR = {
  /** 404: register again. */
  instanceNotFound: 'INSTANCE_NOT_FOUND',
  /** 409: a stale request; another incarnation of this registration is listed. */
  epochMismatch: 'EPOCH_MISMATCH',
  /** 409: a living instance of the service has the `instance_id` at another address. */
  instanceIdTaken: 'INSTANCE_ID_TAKEN',
  /** 409: a living instance of the service, of another id, is at the address. */
  addressTaken: 'ADDRESS_TAKEN',
  /** 409: several services have an instance of that id, and the call does not say which one it means. */
  instanceIdAmbiguous: 'INSTANCE_ID_AMBIGUOUS',
  /** 429: a bound on instances or services is reached. */
  catalogFull: 'CATALOG_FULL',
  /** 422: addresses of this kind may not be registered. */
  addressForbidden: 'ADDRESS_FORBIDDEN',
  /** 422: the registry lists only reachable instances, and cannot connect to that address. */
  unreachable: 'UNREACHABLE',
  /** 404: no stream of this subscriber is open, or was a moment ago. No drain waits for its acknowledgement. */
  subscriberUnknown: 'SUBSCRIBER_UNKNOWN',
  /** 409: the subscriber's streams were opened with another token. */
  subscriberTaken: 'SUBSCRIBER_TAKEN',
  /** 403: not the secret of a stream of this subscriber. */
  streamSecretWrong: 'STREAM_SECRET_WRONG',
  /**
   * 503: this replica has not seen yet what the caller has. It says nothing about the instance or the list: ask another
   * replica, and keep what is known.
   */
  registryBehind: 'REGISTRY_BEHIND',
  /** 503: this replica has lost its store, and the others may not learn of what it is told: ask another replica. */
  registryDetached: 'REGISTRY_DETACHED',
} as const;

/** Header in which a health path names the answering instance: `<instance_id>/<epoch>`. */
export const INSTANCE_HEADER = 'Rollcall-Instance';

/** Header with which a caller says how many milliseconds it will still wait for the answer. */
export const TIMEOUT_HEADER = 'Rollcall-Timeout-Ms';
