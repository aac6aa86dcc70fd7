const RETRY = 'Retry-After says when to ask again';

const ORIGIN_REFUSED = '`ORIGIN_REFUSED`: a web page of another origin has sent it';

/** What any call may come to, whether or not tokens are asked for. */
export const CALLER = {
  403: ORIGIN_REFUSED,
  421: '`HOST_REFUSED`: asked for by a name that is not in ALLOWED_HOSTS, where no token is asked for',
} as const;

/** What a call may come to where tokens are asked for. */
export const ACCESS = {
  ...CALLER,
  401: '`UNAUTHORIZED`: no token, or one that is not known',
  403: `\`FORBIDDEN\`: the token lacks the scope; ${ORIGIN_REFUSED}`,
} as const;

/** What a call that changes the catalog may come to. */
export const CHANGE = {
  ...ACCESS,
  503: `\`STORE_UNAVAILABLE\`, \`STORE_OVERLOADED\`, \`CATALOG_CONTENDED\`: nothing can be changed just now; ${RETRY}`,
} as const;

/** What a call that stays open may come to. */
export const STREAM = { ...ACCESS, 503: `\`REGISTRY_CLOSING\`: this registry is going; ${RETRY}` } as const;

/** Ids are unique within a service. */
export const AMBIGUOUS =
  '`INSTANCE_ID_AMBIGUOUS`: several services have an instance of that id, and the call does not say which';

export const NOT_LISTED = {
  404: '`INSTANCE_NOT_FOUND`: register again',
  409: `\`EPOCH_MISMATCH\`: another life of this registration is listed; ${AMBIGUOUS}`,
} as const;

export const TOO_MANY_WATCHERS = `\`TOO_MANY_WATCHERS\`: so many streams or names on them, and no more; ${RETRY}`;

export const TOO_MANY_WAITING = `\`TOO_MANY_WAITING\`: so many calls are kept waiting, and no more; ${RETRY}`;
