import { generateKeyPairSync, sign, type KeyObject } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

/** An issuer of tokens (ES256), of this very process. */
export interface TokenIssuer {
  readonly issuer: string;
  readonly jwksUrl: string;
  /** How often its keys were asked for. */
  readonly fetches: number;
  /** These keys, by id, are its keys from now on. */
  publish(...kids: readonly string[]): void;
  /** A token for the audience `orders` that is good for an hour. The key is made when it is first used. */
  sign(kid: string, claims?: Readonly<Record<string, unknown>>): string;
  stop(): Promise<void>;
}

interface KeyPair {
  readonly publicKey: KeyObject;
  readonly privateKey: KeyObject;
}

export async function startTokenIssuer(): Promise<TokenIssuer> {
  const pairs = new Map<string, KeyPair>();
  let published: readonly string[] = [];
  let fetches = 0;

  function pairOf(kid: string): KeyPair {
    const pair = pairs.get(kid) ?? generateKeyPairSync('ec', { namedCurve: 'P-256' });
    pairs.set(kid, pair);
    return pair;
  }

  const server = createServer((_request, response) => {
    fetches += 1;
    const keys = published.map((kid) => ({ ...pairOf(kid).publicKey.export({ format: 'jwk' }), kid }));
    response.end(JSON.stringify({ keys }));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;

  return {
    issuer,
    jwksUrl: `${issuer}jwks.json`,
    get fetches() {
      return fetches;
    },
    publish(...kids) {
      published = kids;
    },
    sign(kid, claims = {}) {
      const exp = Math.floor(Date.now() / 1000) + 3600;
      const text = [
        { alg: 'ES256', kid },
        { iss: issuer, aud: 'orders', exp, ...claims },
      ]
        .map((part) => Buffer.from(JSON.stringify(part)).toString('base64url'))
        .join('.');
      const { privateKey: key } = pairOf(kid);
      const signature = sign('sha256', Buffer.from(text), { key, dsaEncoding: 'ieee-p1363' });
      return `${text}.${signature.toString('base64url')}`;
    },
    async stop() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
