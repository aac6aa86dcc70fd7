import { request } from 'node:http';

export interface Asked {
  readonly method?: string;
  /** As they are: `Host`, `Origin` and `Sec-Fetch-Site` too, which `fetch` keeps to itself. */
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

export interface AskedAnswer {
  readonly status: number;
  /** Of the problem that the answer is, if it is one. */
  readonly code: string | undefined;
  readonly text: string;
}

/** One HTTP request on a connection of its own, with exactly these header fields. */
export function ask(url: string, { method = 'GET', headers = {}, body }: Asked = {}): Promise<AskedAnswer> {
  return new Promise((resolve, reject) => {
    const req = request(url, { method, headers, agent: false }, (res) => {
      const pieces: Buffer[] = [];
      res.on('data', (piece: Buffer) => pieces.push(piece));
      res.on('error', reject);
      res.on('end', () => {
        const text = Buffer.concat(pieces).toString('utf8');
        resolve({ status: res.statusCode ?? 0, code: codeIn(text), text });
      });
    });
    req.on('error', reject);
    req.end(body);
  });
}

function codeIn(text: string): string | undefined {
  if (!text.startsWith('{')) return undefined;
  const { code } = JSON.parse(text) as { readonly code?: unknown };
  return typeof code === 'string' ? code : undefined;
}
