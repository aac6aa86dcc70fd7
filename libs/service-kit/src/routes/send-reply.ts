import type { ServerResponse } from 'node:http';
import type { Reply } from './route';

/** Writes an answer out. What it tells changes under it: nobody may keep one. */
export function sendReply(res: ServerResponse, reply: Reply): void {
  const text = textOf(reply);
  if (text === undefined) {
    res.writeHead(reply.status, { 'Cache-Control': 'no-store' });
    res.end();
    return;
  }
  res.writeHead(reply.status, {
    'Cache-Control': 'no-store',
    'Content-Type': 'application/json; charset=utf-8',
    'Content-Length': Buffer.byteLength(text),
  });
  res.end(text);
}

function textOf(reply: Reply): string | undefined {
  if ('json' in reply) return reply.json;
  return reply.body && JSON.stringify(reply.body);
}
