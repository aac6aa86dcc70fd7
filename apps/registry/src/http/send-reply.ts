import type { Response } from 'express';
import type { Reply } from './reply';

export function sendReply(res: Response, { status, body }: Reply): void {
  // The catalog changes under every answer: nobody may keep one.
  res.status(status).set('Cache-Control', 'no-store');
  if (body === undefined) res.end();
  else res.json(body);
}
