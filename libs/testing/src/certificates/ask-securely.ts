import { request, type Agent } from 'node:https';
import type { IncomingHttpHeaders } from 'node:http';
import { TLSSocket } from 'node:tls';
import type { IssuedPair } from './private-authority';

export interface SecureRequest {
  /** PEM text of the authority that is trusted, and no other. */
  readonly ca: string;
  /** Shown to a server that asks for one. Default: none. */
  readonly pair?: IssuedPair | undefined;
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
  /** Default: a connection of its own. */
  readonly agent?: Agent;
}

export interface SecureAnswer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
  /** SHA-256 of the certificate that was shown; of the first answer's connection where it is kept. */
  readonly certificate: string;
}

/** One request over TLS that trusts a given authority, which `fetch` cannot be given. */
export function askSecurely(
  url: string,
  { ca, pair, method, headers, body, agent }: SecureRequest,
): Promise<SecureAnswer> {
  const asking = { ...(method && { method }), ...(headers && { headers }) };
  const options = { ca, ...pair, agent: agent ?? false, ...asking };
  return new Promise((resolve, reject) => {
    const asked = request(url, options, (response) => {
      const { socket } = response;
      const certificate = socket instanceof TLSSocket ? socket.getPeerCertificate().fingerprint256 : '';
      let text = '';
      response.setEncoding('utf8').on('data', (part: string) => (text += part));
      response.on('error', reject);
      response.on('end', () =>
        resolve({ status: response.statusCode ?? 0, headers: response.headers, body: text, certificate }),
      );
    });
    asked.on('error', reject);
    asked.end(body);
  });
}
