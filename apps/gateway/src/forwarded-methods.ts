import { METHODS } from 'node:http';

/** Node's parser knows no others, and neither of these two goes further than one hop (RFC 9110 §9.3.6, §9.3.8). */
export const FORWARDED_METHODS: readonly string[] = METHODS.filter(
  (method) => method !== 'CONNECT' && method !== 'TRACE',
);
