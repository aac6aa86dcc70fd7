const RETRY = 'Retry-After says when to ask again';

/** What a call may come to where tokens are asked for. */
export const ACCESS = {
  401: '`UNAUTHORIZED`: no token, or one that is not known',
  403: '`FORBIDDEN`: the token lacks the scope',
} as const;

/** What a call that changes the catalog may come to. */
export const CHANGE = {
  ...ACCESS,
  503: `\`STORE_UNAVAILABLE\`, \`STORE_OVERLOADED\`, \`CATALOG_CONTENDED\`: nothing can be changed just now; ${RETRY}`,
} as const;

/** What a call that stays open may come to. */
export const STREAM = { ...ACCESS, 503: `\`REGISTRY_CLOSING\`: this registry is going; ${RETRY}` } as const;

export const NOT_LISTED = {
  404: '`INSTANCE_NOT_FOUND`: register again',
  409: '`EPOCH_MISMATCH`: another life of this registration is listed',
} as const;

export const TOO_MANY_WAITING = `\`TOO_MANY_WAITING\`: so many calls are kept waiting, and no more; ${RETRY}`;
