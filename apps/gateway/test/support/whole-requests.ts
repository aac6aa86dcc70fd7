/** One request as it stands in a stream of bytes, or the unfinished rest of the stream. */
export interface RawMessage {
  readonly bytes: string;
  readonly complete: boolean;
}

/**
 * Takes a connection's bytes apart as the strictest reader would. What follows a body is the next request, whatever it
 * looks like: that is how a smuggled one shows.
 */
export function wholeRequests(stream: string): RawMessage[] {
  const messages: RawMessage[] = [];
  let rest = stream;
  while (rest !== '') {
    const length = lengthOf(rest);
    if (length === undefined || length > rest.length) return [...messages, { bytes: rest, complete: false }];
    messages.push({ bytes: rest.slice(0, length), complete: true });
    rest = rest.slice(length);
  }
  return messages;
}

/** Bytes of the first request, when its end can be told yet. */
function lengthOf(bytes: string): number | undefined {
  const headEnd = bytes.indexOf('\r\n\r\n');
  if (headEnd === -1) return undefined;
  const head = bytes.slice(0, headEnd + 2);
  const bodyStart = headEnd + 4;
  if (!/^transfer-encoding:/im.test(head))
    return bodyStart + Number(/^content-length: *(\d+)\r$/im.exec(head)?.[1] ?? 0);
  let at = bodyStart;
  for (;;) {
    const size = /^([0-9a-f]+)\r\n/i.exec(bytes.slice(at, at + 20));
    if (size === null) return undefined;
    const [line, digits = ''] = size;
    at += line.length + Number.parseInt(digits, 16) + 2;
    if (/^0+$/.test(digits)) return endOfTrailers(bytes, at - 2);
  }
}

/** Where the empty line ends that ends the trailers. */
function endOfTrailers(bytes: string, start: number): number | undefined {
  for (let at = start; ; ) {
    const end = bytes.indexOf('\r\n', at);
    if (end === -1) return undefined;
    if (end === at) return end + 2;
    at = end + 2;
  }
}
