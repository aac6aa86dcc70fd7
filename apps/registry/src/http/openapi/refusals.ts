const RETRY = 'Retry-After says when to ask again';

const ORIGIN_REFUSED = '`ORIGIN_REFUSED`: the request came from a web page of another origin';

/** Problems of any call, whether or not tokens are asked for. */
export const CALLER = {
  403: ORIGIN_REFUSED,
  421: '`HOST_REFUSED`: asked for by a name that is not in ALLOWED_HOSTS, where no token is asked for',
} as const;

/** Problems of a call where tokens are asked for. */
export const ACCESS = {
  ...CALLER,
  401: '`UNAUTHORIZED`: no token, or one that is not known',
  403: `\`FORBIDDEN\`: the token lacks the scope; ${ORIGIN_REFUSED}`,
} as const;

const BEHIND = '`REGISTRY_BEHIND`: this replica has not seen yet what the caller has: ask another one';

const DETACHED = '`REGISTRY_DETACHED`: this replica has lost its store: ask another one';

/** Problems of a call that changes the catalog. */
export const CHANGE = {
  ...ACCESS,
  503: `${BEHIND}; \`STORE_UNAVAILABLE\`, \`STORE_OVERLOADED\`, \`CATALOG_CONTENDED\`, \`CHANGE_TOO_LARGE\`: the change was not made; ${RETRY}`,
} as const;

/** Problems of a call that stays open. */
export const STREAM = {
  ...ACCESS,
  503: `${BEHIND}; ${DETACHED}; \`REGISTRY_CLOSING\`: this registry is shutting down; ${RETRY}`,
} as const;

/** Problems of a heartbeat. */
export const HEARTBEAT = { ...CHANGE, 503: `${DETACHED}; ${CHANGE[503]}` } as const;

/** Ids are unique within a service. */
export const AMBIGUOUS =
  '`INSTANCE_ID_AMBIGUOUS`: several services have an instance of that id, and the call does not say which';

export const NOT_LISTED = {
  404: '`INSTANCE_NOT_FOUND`: register again',
  409: `\`EPOCH_MISMATCH\`: a stale request: the instance is listed with another epoch; ${AMBIGUOUS}`,
} as const;

export const TOO_MANY_WATCHERS = `\`TOO_MANY_WATCHERS\`: the limit on watch streams, or on names on them, is reached; ${RETRY}`;

export const TOO_MANY_LIVE = `\`TOO_MANY_LIVE\`: the limit on streams for people is reached; ${RETRY}`;

export const TOO_MANY_WAITING = `\`TOO_MANY_WAITING\`: the limit on waiting calls is reached; ${RETRY}`;
