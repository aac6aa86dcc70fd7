import type { ServerResponse } from 'node:http';
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { UnreadAnswer, UnreadAnswers } from '../http/unread-answers';
import type { Reply } from './route';

/** Writes an answer. The reply object is used again for the next one: it must not be kept. */
export function sendReply(res: ServerResponse, reply: Reply, unread?: UnreadAnswers): void | Promise<void> {
  if ('pieces' in reply) return sendPieces(res, reply, unread);
  const text = textOf(reply);
  if (text === undefined) {
    res.writeHead(reply.status, { 'Cache-Control': 'no-store' });
    res.end();
    return;
  }
  sendText(res, reply.status, text);
  watchUnread(res, unread);
}

/** An answer that has been written to its end: what the system has not taken of it is counted until it is read. */
export function watchUnread(res: ServerResponse, unread: UnreadAnswers | undefined): void {
  if (unread === undefined || res.writableLength === 0) return;
  const answer = unreadAnswerOf(res);
  unread.blocked(answer);
  res.once('close', () => unread.read(answer));
}

function unreadAnswerOf(res: ServerResponse): UnreadAnswer {
  return {
    get waiting() {
      return res.writableLength;
    },
    cut: () => res.destroy(),
  };
}

function textOf(reply: Exclude<Reply, { pieces: unknown }>): string | undefined {
  if ('json' in reply) return reply.json;
  return reply.body && JSON.stringify(reply.body);
}

function sendText(res: ServerResponse, status: number, text: string): void {
  res.writeHead(status, {
    'Cache-Control': 'no-store',
    'Content-Type': 'application/json; charset=utf-8',
    'Content-Length': Buffer.byteLength(text),
  });
  res.end(text);
}

async function sendPieces(
  res: ServerResponse,
  { status, pieces }: Extract<Reply, { pieces: unknown }>,
  unread: UnreadAnswers | undefined,
): Promise<void> {
  const iterator = pieces[Symbol.iterator]();
  const first = iterator.next();
  let next = first.done === true ? first : iterator.next();
  // One piece is an ordinary answer, with its length.
  if (next.done === true) {
    sendText(res, status, first.done === true ? '' : first.value);
    return watchUnread(res, unread);
  }
  res.writeHead(status, {
    'Cache-Control': 'no-store',
    'Content-Type': 'application/json; charset=utf-8',
  });
  if (res.req.method === 'HEAD') {
    res.end();
    return;
  }
  const answer = unreadAnswerOf(res);
  res.once('close', () => unread?.read(answer));
  await write(first.value ?? '');
  for (; next.done !== true && !res.destroyed; next = iterator.next()) await write(next.value);
  if (!res.destroyed) res.end();
  return;

  async function write(piece: string): Promise<void> {
    if (!res.write(piece)) {
      unread?.blocked(answer);
      await drained(res);
      unread?.read(answer);
    }
    await nextTurn();
  }
}

/** Resolves when the caller has taken what was written, or has gone. */
function drained(res: ServerResponse): Promise<void> {
  return new Promise((resolve) => {
    const done = (): void => {
      res.off('drain', done);
      res.off('close', done);
      resolve();
    };
    if (res.destroyed) return done();
    res.once('drain', done);
    res.once('close', done);
  });
}
