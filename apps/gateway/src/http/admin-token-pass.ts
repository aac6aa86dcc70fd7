import type { RequestHandler } from 'express';
import { AppError, bearerToken, sameDigest, secretDigest } from '@rollcall/service-kit';

/** Lets through who brings the token; everybody when there is none. */
export function adminTokenPass(token: string | undefined): RequestHandler {
  const expected = token === undefined ? undefined : secretDigest(token);
  return (req, _res, next) => {
    const sent = bearerToken(req.get('authorization')) ?? '';
    if (expected !== undefined && !sameDigest(expected, secretDigest(sent)))
      throw new AppError({
        code: 'UNAUTHORIZED',
        status: 401,
        message: 'Send ADMIN_TOKEN as Authorization: Bearer.',
        headers: { 'WWW-Authenticate': 'Bearer' },
      });
    next();
  };
}
