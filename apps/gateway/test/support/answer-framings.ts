import { createCipheriv } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';

/** How an instance marks the end of an answer, or breaks it off. */
export const FRAMINGS = [
  'length',
  'chunked',
  'trailers',
  'until-close',
  'length-and-close',
  'head',
  '204',
  '304',
  'broken-off',
] as const;

export interface FramedAnswer {
  readonly framing: (typeof FRAMINGS)[number];
  readonly seed: number;
  /** Bytes of the body. */
  readonly length: number;
  /** Bytes of what the instance writes at a time. */
  readonly piece: number;
}

/** The same bytes for the same seed, `length` of them at each call; those of two seeds have nothing in common. */
export function byteSource(seed: number): (length: number) => Buffer {
  const key = Buffer.alloc(16);
  key.writeUInt32BE(seed);
  const cipher = createCipheriv('aes-128-ctr', key, Buffer.alloc(16));
  return (length) => cipher.update(Buffer.alloc(length));
}

/** The first bytes of a seed's source. */
export function bytesOf(seed: number, length: number): Buffer {
  return byteSource(seed)(length);
}

export function targetOf(answer: FramedAnswer): string {
  return `/a?${encodeURIComponent(JSON.stringify(answer))}`;
}

/** Answers a request for `targetOf(answer)` with that answer. */
export function answerAsAsked({ url = '' }: IncomingMessage, res: ServerResponse): void {
  const asked = JSON.parse(decodeURIComponent(url.slice(url.indexOf('?') + 1))) as FramedAnswer;
  const { framing, length } = asked;
  if (framing === '204' || framing === '304') return void res.writeHead(Number(framing)).end();
  if (framing === 'length' || framing === 'length-and-close' || framing === 'head')
    res.setHeader('Content-Length', length);
  if (framing === 'broken-off') res.setHeader('Content-Length', length + 1);
  if (framing === 'length-and-close') res.setHeader('Connection', 'close');
  if (framing === 'until-close') {
    res.setHeader('Connection', 'close');
    res.removeHeader('Transfer-Encoding');
  }
  if (framing === 'trailers') res.setHeader('Trailer', 'X-Seed');
  void writeInPieces(res, asked);
}

async function writeInPieces(res: ServerResponse, { framing, length, piece, seed }: FramedAnswer) {
  const nextBytes = byteSource(seed);
  for (let at = 0; at < length && !res.destroyed; at += piece)
    if (!res.write(nextBytes(Math.min(piece, length - at))))
      await new Promise<void>((resolve) => {
        const goOn = (): void => {
          res.off('drain', goOn).off('close', goOn);
          resolve();
        };
        res.once('drain', goOn).once('close', goOn);
      });
  if (framing === 'trailers') res.addTrailers({ 'X-Seed': String(seed) });
  // What was written goes out before the connection breaks.
  if (framing === 'broken-off') res.write('', () => res.socket?.destroySoon());
  else res.end();
}
