import { request as requestPlainly, type IncomingMessage } from 'node:http';
import { request as requestSecurely } from 'node:https';
import type { KeyPairTexts } from '@rollcall/service-kit';
import { answerText } from './answer-text';

export interface PostOptions {
  readonly authorization: string | undefined;
  /** Whom an https server is verified against, PEM; those that Node knows when `undefined`. */
  readonly ca: string | undefined;
  /** Shown to an https server that asks for a certificate. */
  readonly pair: KeyPairTexts | undefined;
  /** Milliseconds for the whole of it. */
  readonly timeoutMs: number;
}

export interface PostAnswer {
  readonly status: number;
  readonly text: string;
  readonly retryAfter: string | undefined;
}

/** Longer ones are no answers of a registry. */
const MAX_ANSWER_BYTES = 65_536;

/** One call on a connection of its own: a kept one might be closing, and what is posted must not be posted twice. */
export async function postJson(url: string, body: unknown, options: PostOptions): Promise<PostAnswer> {
  const response = await send(url, JSON.stringify(body), options);
  return {
    status: response.statusCode ?? 0,
    text: await answerText(response, MAX_ANSWER_BYTES, url),
    retryAfter: response.headers['retry-after'],
  };
}

function send(url: string, text: string, options: PostOptions): Promise<IncomingMessage> {
  const { authorization, ca, pair, timeoutMs } = options;
  const request = url.startsWith('https:') ? requestSecurely : requestPlainly;
  return new Promise((resolve, reject) => {
    const sending = request(url, {
      method: 'POST',
      agent: false,
      signal: AbortSignal.timeout(Math.ceil(timeoutMs)),
      ...(ca === undefined ? {} : { ca }),
      ...pair,
      headers: {
        'Content-Type': 'application/json',
        'Content-Length': Buffer.byteLength(text),
        ...(authorization === undefined ? {} : { Authorization: authorization }),
      },
    });
    sending.once('response', resolve).on('error', reject).end(text);
  });
}
