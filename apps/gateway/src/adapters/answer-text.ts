import type { IncomingMessage } from 'node:http';

/** The whole body of an answer. @throws Error for a longer one, and when it breaks off */
export async function answerText(response: IncomingMessage, maxBytes: number, url: string): Promise<string> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of response) {
    if (!Buffer.isBuffer(chunk)) continue;
    bytes += chunk.length;
    if (bytes > maxBytes) throw new Error(`the answer of ${url} is longer than ${maxBytes} bytes`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString();
}
