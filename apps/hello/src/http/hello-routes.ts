import type { Express } from 'express';

/** Text, not an object: callers of the older example get what they always got, byte for byte. */
const GREETING = '{"message": "Hello from the Service!"}';

export function mountHello(app: Express): void {
  app.get(['/', '/hello'], (_req, res) => {
    res.type('json').send(GREETING);
  });
}
