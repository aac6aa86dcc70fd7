/** What a caller sends whole before it closes its half of the connection, and the status codes that answer it. */
export interface HalfClosedCase {
  readonly name: string;
  readonly bytes: string;
  /** What a server must answer first; 0 where the connection may end without an answer. */
  readonly statuses: readonly number[];
  /** Answers at most, where a second request behind a refused one must not be read. */
  readonly answers?: number;
}

const ANY = [200, 201, 404, 405, 411, 413, 415, 421, 422, 501, 503];
const REFUSED = [400];

const line = (requestLine: string, fields = 'Host: localhost\r\n'): string =>
  `${requestLine}\r\n${fields}\r\n`;
const chunked = (body: string, fields = '', version = '1.1'): string =>
  line(`POST / HTTP/${version}`, `Host: localhost\r\nTransfer-Encoding: chunked\r\n${fields}`) + body;
const HELLO = '5\r\nhello\r\n0\r\n\r\n';

/**
 * Cases of public suites of HTTP/1.1 conformance whose client closes its half behind every request (h1spec, section by
 * section) or asks for the same by another way to send (Http11Probe): a server that takes the end of what is sent for the
 * end of the caller fails all of them.
 *
 * @param path of which the server knows that it answers 200
 */
export function halfClosedCases(path: string): readonly HalfClosedCase[] {
  const get = line(`GET ${path} HTTP/1.1`);
  const field = (fields: string): string => line(`GET ${path} HTTP/1.1`, `Host: localhost\r\n${fields}`);
  const given = (
    name: string,
    bytes: string,
    statuses: readonly number[],
    answers?: number,
  ): HalfClosedCase => ({
    name,
    bytes,
    statuses,
    ...(answers === undefined ? {} : { answers }),
  });

  return [
    // Request line, RFC 9112 §3.
    given('a simple GET', get, [200]),
    given('line ends before the request', `\r\n${get}`, [200]),
    given(
      'a POST with a length',
      `${line('POST / HTTP/1.1', 'Host: localhost\r\nContent-Length: 5\r\n')}hello`,
      ANY,
    ),
    given('a POST without a body', line('POST / HTTP/1.1', 'Host: localhost\r\nContent-Length: 0\r\n'), ANY),
    given('a POST that says no length', line('POST / HTTP/1.1'), ANY),
    given('OPTIONS *', line('OPTIONS * HTTP/1.1'), [...ANY, 204]),
    given('GET *', line('GET * HTTP/1.1'), [...REFUSED, 404]),
    given('an absolute target', line(`GET http://localhost${path} HTTP/1.1`), [200]),
    given('CONNECT', line('CONNECT example.com:443 HTTP/1.1'), ANY),
    given('HTTP/2.0', line(`GET ${path} HTTP/2.0`), [400, 505]),
    given('HTTP/1', line(`GET ${path} HTTP/1`), REFUSED),
    given('HTTP/01.1', line(`GET ${path} HTTP/01.1`), REFUSED),
    // In the form of HTTP/0.9, which has no version.
    given('no version', line('GET /'), [400, 505]),
    given('no target', line('GET HTTP/1.1'), REFUSED),
    given('HTTP/1.0 without a Host', line(`GET ${path} HTTP/1.0`, ''), [200, 400, 421]),

    // Fields, RFC 9112 §5.
    given('no Host', line(`GET ${path} HTTP/1.1`, ''), REFUSED),
    given('two Hosts', field('Host: example.com\r\n'), REFUSED),
    given('the same Host twice', field('Host: localhost\r\n'), REFUSED),
    given('a Host with a space', line(`GET ${path} HTTP/1.1`, 'Host: bad host\r\n'), REFUSED),
    given('a Host with a path', line(`GET ${path} HTTP/1.1`, 'Host: localhost/path\r\n'), REFUSED),
    given('a Host with userinfo', line(`GET ${path} HTTP/1.1`, 'Host: user@localhost\r\n'), REFUSED),
    given('a Host with NUL', line(`GET ${path} HTTP/1.1`, 'Host: local\0host\r\n'), REFUSED),
    given('a space in a name', field('Bad Header: value\r\n'), REFUSED),
    given('a space before the colon', line(`GET ${path} HTTP/1.1`, 'Host : localhost\r\n'), REFUSED),
    given('a folded line', field('  continued\r\n'), REFUSED),
    given('an empty name', field(': value\r\n'), REFUSED),
    given('no colon', field('NoColon\r\n'), REFUSED),
    given('a bare CR in a value', field('X-Value: a\rb\r\n'), REFUSED),

    // Bodies, RFC 9112 §6 and §7.
    given('chunks', chunked(HELLO), ANY),
    given('chunks with an extension and a trailer', chunked('5;a=b\r\nhello\r\n0\r\nX-Sum: 1\r\n\r\n'), ANY),
    given('chunks in HTTP/1.0', chunked(HELLO, '', '1.0'), REFUSED, 1),
    given('chunks and a length', chunked(HELLO, 'Content-Length: 5\r\n') + get, REFUSED, 1),
    given(
      'an unknown transfer coding',
      line('POST / HTTP/1.1', 'Host: localhost\r\nTransfer-Encoding: nonsense\r\n') + 'hello',
      [400, 501],
      1,
    ),
    given('chunked that is not last', chunked(HELLO, 'Transfer-Encoding: gzip\r\n') + get, REFUSED, 1),
    given(
      'two lengths',
      `${line('POST / HTTP/1.1', 'Host: localhost\r\nContent-Length: 5\r\nContent-Length: 7\r\n')}hello!!`,
      REFUSED,
      1,
    ),
    ...['xyz', '-5', '+5', '0x5', '5 5', '5, 7'].map((length) =>
      given(
        `the length "${length}"`,
        `${line('POST / HTTP/1.1', `Host: localhost\r\nContent-Length: ${length}\r\n`)}hello`,
        REFUSED,
        1,
      ),
    ),
    ...[
      'Z\r\nhello\r\n0\r\n\r\n',
      '5\r\nhello0\r\n\r\n',
      '-5\r\nhello\r\n0\r\n\r\n',
      '0x5\r\nhello\r\n0\r\n\r\n',
    ].map((body) =>
      given(`the chunks ${JSON.stringify(body)}`, chunked(body) + get, [...REFUSED, ...ANY], 1),
    ),
    given(
      'half of a body',
      `${line('POST / HTTP/1.1', 'Host: localhost\r\nContent-Length: 9\r\n')}half`,
      [0, ...REFUSED, ...ANY],
      1,
    ),
    given('chunks without the last', chunked('5\r\nhello\r\n'), [0, ...REFUSED, ...ANY], 1),
    given('half of a head', `GET ${path} HTTP/1.1\r\nHost: local`, [0, ...REFUSED], 1),
    given(
      'a body that was asked about',
      `${line('POST / HTTP/1.1', 'Host: localhost\r\nContent-Length: 5\r\nExpect: 100-continue\r\n')}hello`,
      [100, 417, ...ANY],
    ),

    // Answers, RFC 9110, and the connection behind them, RFC 9112 §9.
    given('HEAD', line(`HEAD ${path} HTTP/1.1`), [200]),
    given('a method in lower case', line('get / HTTP/1.1'), [400, 501]),
    given('HTTP/1.0', line(`GET ${path} HTTP/1.0`), [200], 1),
    given('Connection: close', field('Connection: close\r\n') + get, [200], 1),
    given('two requests ahead', get + get, [200], 2),

    // Limits.
    given('a long target', line(`GET /${'a'.repeat(9000)} HTTP/1.1`), [404, 414, 431, ...REFUSED]),
    given('a hundred fields', field('X-Field: value\r\n'.repeat(101)), [200, 431]),
    given('a long value', field(`X-Long: ${'x'.repeat(9000)}\r\n`), [200, 431]),
  ];
}

/** What is wrong with an answer to a case; nothing where it holds. */
export function halfClosedDeviation(
  { name, statuses, answers }: HalfClosedCase,
  answer: string,
): readonly string[] {
  const seen = [...answer.matchAll(/HTTP\/1\.[01] (\d{3}) /g)].map(([, status]) => Number(status));
  const first = seen[0] ?? 0;
  const found: string[] = [];
  if (!statuses.includes(first)) found.push(`${name}: ${first}, not ${statuses.join(' or ')}`);
  // An early answer to a request may be followed by the refusal of what comes behind it.
  const wellAnswered = seen.filter((status, index) => index === 0 || status !== 400).length;
  if (answers !== undefined && wellAnswered > answers) found.push(`${name}: answered ${seen.length} times`);
  if (first >= 200 && first !== 204 && !isDelimited(answer))
    found.push(`${name}: the answer does not say where it ends`);
  if (name === 'HEAD' && !answer.endsWith('\r\n\r\n')) found.push(`${name}: has a body`);
  return found;
}

/** RFC 9112 §6.3. */
function isDelimited(answer: string): boolean {
  return /\r\n(content-length: \d+|transfer-encoding: chunked|connection: close)\r\n/i.test(answer);
}
