import { randomUUID } from 'node:crypto';
import { get, type ClientRequest } from 'node:http';
import type { WatchHello } from '@rollcall/contracts';
import { eventually } from '@rollcall/testing';
import { expectAnswer, json } from '../expect-answer';

/** A subscriber of one service at one registry, which acknowledges only what it is told to. */
export interface SilentSubscriber {
  readonly subscriber: string;
  /** The first revision for which the registry wants an acknowledgement, as soon as there is one. */
  asked(): Promise<number>;
  acknowledge(revision: number): Promise<void>;
  /** Breaks its stream off. */
  vanish(): void;
}

export async function startSilentSubscriber(
  registryUrl: string,
  serviceName: string,
): Promise<SilentSubscriber> {
  const subscriber = randomUUID();
  let text = '';
  const stream = await open(
    `${registryUrl}/watch?services=${serviceName}&subscriber=${subscriber}`,
    (part) => (text += part),
  );
  /** The data of the events that have come so far. */
  const events = (): readonly Readonly<Record<string, unknown>>[] =>
    [...text.matchAll(/^data: (.*)\n\n/gm)].map(
      ([, data = '']) => JSON.parse(data) as Record<string, unknown>,
    );
  const hello = (await eventually(() => events()[0])) as unknown as WatchHello;

  return {
    subscriber,
    asked: async () => {
      const event = await eventually(() => events().find(({ ack }) => ack === true), { timeoutMs: 15_000 });
      return Number(event['revision']);
    },
    async acknowledge(revision) {
      const body = { subscriber, stream_secret: hello.stream_secret, revision };
      await expectAnswer(`${registryUrl}/acks`, 204, json('POST', body));
    },
    vanish: () => void stream.destroy(),
  };
}

/** Resolves once the registry has answered. */
function open(url: string, onText: (part: string) => void): Promise<ClientRequest> {
  return new Promise((resolve, reject) => {
    const request = get(url, { agent: false }, (response) => {
      response.setEncoding('utf8').on('data', onText);
      // It ends with its registry, and some of these are killed.
      response.on('error', () => undefined);
      resolve(request);
    });
    request.once('error', reject);
  });
}
