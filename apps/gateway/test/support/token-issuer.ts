import { KeyObject } from 'node:crypto';
import { createServer, type RequestListener } from 'node:http';
import { createServer as createSecureServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { once } from 'node:events';
import type { IssuedPair } from '@rollcall/testing/certificates';
import { exportJWK, generateKeyPair, SignJWT, type CryptoKey, type JWK } from 'jose';

/** An issuer of tokens as it stands somewhere: a server with its keys, and what signs with them. */
export interface TokenIssuer {
  readonly issuer: string;
  readonly jwksUrl: string;
  /** How often its keys were asked for. */
  readonly fetches: number;
  /** Makes a key that it publishes from now on. */
  addKey(kid: string, algorithm?: string): Promise<void>;
  removeKey(kid: string): void;
  /** Publishes this too, whatever it is. */
  addJwk(jwk: JWK): void;
  /** The JWK Set that it publishes. */
  jwks(): { readonly keys: readonly JWK[] };
  /** A token of one of its keys, published or not: good for an hour, unless the claims say otherwise. */
  sign(
    claims?: Readonly<Record<string, unknown>>,
    head?: { readonly kid?: string; readonly [member: string]: unknown },
  ): Promise<string>;
  /** For tokens that `sign` would not make. */
  privateKey(kid: string): KeyObject;
  /** What is answered in place of its keys; `undefined` for the keys again. */
  answerWith(listener: RequestListener | undefined): void;
  stop(): Promise<void>;
}

interface IssuerKey {
  readonly algorithm: string;
  readonly privateKey: CryptoKey;
  readonly jwk: JWK;
  isPublished: boolean;
}

/** @param pair its certificate, where it is asked over TLS */
export async function startTokenIssuer(pair?: IssuedPair): Promise<TokenIssuer> {
  const keys = new Map<string, IssuerKey>();
  const others: JWK[] = [];
  let fetches = 0;
  let instead: RequestListener | undefined;
  const jwks = () => ({
    keys: [...[...keys.values()].filter(({ isPublished }) => isPublished).map(({ jwk }) => jwk), ...others],
  });
  const answer: RequestListener = (request, response) => {
    fetches += 1;
    if (instead !== undefined) return instead(request, response);
    response.setHeader('Content-Type', 'application/jwk-set+json').end(JSON.stringify(jwks()));
  };
  const server = pair === undefined ? createServer(answer) : createSecureServer(pair, answer);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const issuer = `${pair === undefined ? 'http' : 'https'}://127.0.0.1:${port}/`;

  return {
    issuer,
    jwksUrl: `${issuer}jwks.json`,
    get fetches() {
      return fetches;
    },
    async addKey(kid, algorithm = 'ES256') {
      const { privateKey, publicKey } = await generateKeyPair(algorithm, { extractable: true });
      const jwk = { ...(await exportJWK(publicKey)), kid, use: 'sig' };
      keys.set(kid, { algorithm, privateKey, jwk, isPublished: true });
    },
    removeKey(kid) {
      const key = keys.get(kid);
      if (key !== undefined) key.isPublished = false;
    },
    addJwk: (jwk) => void others.push(jwk),
    jwks,
    async sign(claims = {}, { kid = [...keys.keys()][0] ?? '', ...head } = {}) {
      const key = keys.get(kid);
      if (key === undefined) throw new Error(`there is no key ${kid}`);
      const now = Math.floor(Date.now() / 1000);
      return new SignJWT({ iss: issuer, aud: 'orders', sub: 'alice', iat: now, exp: now + 3600, ...claims })
        .setProtectedHeader({ alg: key.algorithm, kid, ...head })
        .sign(key.privateKey);
    },
    privateKey(kid) {
      const key = keys.get(kid);
      if (key === undefined) throw new Error(`there is no key ${kid}`);
      return KeyObject.from(key.privateKey);
    },
    answerWith(listener) {
      instead = listener;
    },
    async stop() {
      server.closeAllConnections();
      if (server.listening) await new Promise((resolve) => server.close(resolve));
    },
  };
}
