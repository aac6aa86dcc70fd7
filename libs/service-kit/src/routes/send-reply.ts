import type { ServerResponse } from 'node:http';
import type { Reply } from './route';

/** Writes an answer out. What it tells changes under it: nobody may keep one. */
export function sendReply(res: ServerResponse, { status, body }: Reply): void {
  if (body === undefined) {
    res.writeHead(status, { 'Cache-Control': 'no-store' });
    res.end();
    return;
  }
  const text = JSON.stringify(body);
  res.writeHead(status, {
    'Cache-Control': 'no-store',
    'Content-Type': 'application/json; charset=utf-8',
    'Content-Length': Buffer.byteLength(text),
  });
  res.end(text);
}
