import { headerListOf } from '../../headers/header-list';
import type { OutgoingBody, OutgoingRequest } from '../../ports/transport';
import { requestHead } from './request-head';

const body: OutgoingBody = { start: () => undefined, resume: () => undefined, stop: () => undefined };
const request = (given: Partial<OutgoingRequest> = {}): OutgoingRequest => ({
  method: 'GET',
  path: '/p?q',
  headers: headerListOf(['Host', 'h']),
  body: null,
  freshSocket: false,
  headersTimeoutMs: 1000,
  idleTimeoutMs: 1000,
  ...given,
});
const textOf = (given: Partial<OutgoingRequest>) => {
  const head = requestHead(request(given), 'instance:1');
  return typeof head === 'string' ? head : head.text;
};

describe('request head', () => {
  it('is written as it was given', () => {
    expect(textOf({ headers: headerListOf(['Host', 'h', 'X-a', 'caf\xe9', 'X-a', '2']) })).toBe(
      'GET /p?q HTTP/1.1\r\nHost: h\r\nX-a: caf\xe9\r\nX-a: 2\r\n\r\n',
    );
  });

  it.each<[string, Partial<OutgoingRequest>, string]>([
    [
      'names the instance where the caller named no host',
      { headers: headerListOf([]) },
      'Host: instance:1\r\n',
    ],
    ['says that a POST has no body', { method: 'POST' }, 'Content-Length: 0\r\n'],
    ['says nothing of it for a GET', {}, 'HTTP/1.1\r\nHost: h\r\n\r\n'],
    ['frames a body without a length in chunks', { body }, 'Transfer-Encoding: chunked\r\n'],
    ['asks to switch', { upgrade: 'websocket' }, 'Connection: Upgrade\r\nUpgrade: websocket\r\n'],
  ])('%s', (_, given, expected) => {
    expect(textOf(given)).toContain(expected);
  });

  it('knows the length of its body', () => {
    expect(requestHead(request({ headers: headerListOf(['Content-Length', '7']), body }), 'h')).toMatchObject(
      {
        framing: { kind: 'length', length: 7 },
      },
    );
  });

  it.each<[string, Partial<OutgoingRequest>]>([
    ['a line break in a value', { headers: headerListOf(['X', 'a\r\nY: b']) }],
    ['a bare LF in a value', { headers: headerListOf(['X', 'a\nb']) }],
    ['a character beyond Latin-1', { headers: headerListOf(['X', 'Ā']) }],
    ['a malformed name', { headers: headerListOf(['X Y', 'a']) }],
    ['a space in the path', { path: '/a b' }],
    ['a line break in the path', { path: '/a\r\nX: b' }],
    ['a malformed method', { method: 'GET /' }],
    ['a length and no body', { headers: headerListOf(['Content-Length', '5']) }],
    ['two lengths', { headers: headerListOf(['Content-Length', '5', 'Content-Length', '5']), body }],
    ['a malformed length', { headers: headerListOf(['Content-Length', '5x']), body }],
    ['a framing of the caller’s own', { headers: headerListOf(['Transfer-Encoding', 'chunked']), body }],
    ['a protocol to switch to that breaks the line', { upgrade: 'x\r\nX: y' }],
  ])('refuses %s', (_, given) => {
    expect(requestHead(request(given), 'h')).toEqual(expect.any(String));
  });
});
