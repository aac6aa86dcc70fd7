import { request as requestPlain, type ClientRequest, type IncomingMessage } from 'node:http';
import { request as requestOverTls } from 'node:https';
import { TLSSocket } from 'node:tls';
import type { TlsTexts } from '../tls-texts';
import { faultOfError } from '../registry-api/call-faults';
import type { Reached } from './facts';

const TIMEOUT_MS = 5000;

/** Connects to one address of a registry, and looks at what the connection itself tells. Never rejects. */
export async function reach(
  url: string,
  tls: TlsTexts,
  now: () => number,
): Promise<Omit<Reached, 'metrics'>> {
  try {
    const sentAt = now();
    const { date, certificateEnds } = await answerOf(url, tls);
    // Whole seconds, cut off, and half of the way here.
    const clockSkewMs = date === undefined ? undefined : date + 500 - (sentAt + now()) / 2;
    return { url, answer: { value: { clockSkewMs, certificateEnds } } };
  } catch (error) {
    const peer = {
      noun: 'the registry',
      urls: [url],
      whenAway: 'start it (rollcall up), or say where it is: REGISTRY_URL=… rollcall doctor',
      whenUnknown: '',
    };
    const { message, mend } = faultOfError(peer, url, error);
    return { url, answer: { fault: message, mend, isRefused: false } };
  }
}

interface Answered {
  readonly date: number | undefined;
  readonly certificateEnds: number | undefined;
}

function answerOf(url: string, tls: TlsTexts): Promise<Answered> {
  return new Promise((resolve, reject) => {
    const options = { agent: false, timeout: TIMEOUT_MS, ...tls };
    const target = `${url}/livez`;
    const request: ClientRequest = url.startsWith('https:')
      ? requestOverTls(target, options)
      : requestPlain(target, options);
    request.once('response', (response) => {
      resolve(readAnswer(response));
      response.destroy();
    });
    request.once('timeout', () =>
      request.destroy(Object.assign(new Error(`no answer within ${TIMEOUT_MS} ms`), { code: 'ETIMEDOUT' })),
    );
    request.once('error', reject);
    request.end();
  });
}

function readAnswer({ headers, socket }: IncomingMessage): Answered {
  const date = headers.date === undefined ? NaN : Date.parse(headers.date);
  const ends = socket instanceof TLSSocket ? Date.parse(socket.getPeerCertificate().valid_to) : NaN;
  return {
    date: Number.isNaN(date) ? undefined : date,
    certificateEnds: Number.isNaN(ends) ? undefined : ends,
  };
}
