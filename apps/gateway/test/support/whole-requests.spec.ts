import { wholeRequests } from './whole-requests';

const GET = 'GET / HTTP/1.1\r\nHost: h\r\n\r\n';
const LENGTH = 'POST / HTTP/1.1\r\nContent-Length: 3\r\n\r\nabc';
const CHUNKS = 'POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n';
const TRAILERS = `${CHUNKS.slice(0, -2)}X-Sum: 1\r\nX-Other: 2\r\n\r\n`;

describe('the requests in a stream of bytes', () => {
  it('are told apart by how each frames its body', () => {
    const messages = wholeRequests(GET + LENGTH + CHUNKS + TRAILERS + GET);
    expect(messages.map(({ bytes }) => bytes)).toEqual([GET, LENGTH, CHUNKS, TRAILERS, GET]);
    expect(messages.every(({ complete }) => complete)).toBe(true);
  });

  it.each([GET, LENGTH, CHUNKS, TRAILERS])('are incomplete until the last byte', (request) => {
    for (let length = 1; length < request.length; length += 1)
      expect(wholeRequests(request.slice(0, length))).toEqual([
        { bytes: request.slice(0, length), complete: false },
      ]);
  });

  it('include what was smuggled behind a body', () => {
    expect(wholeRequests(`${LENGTH}GARBAGE`)).toEqual([
      { bytes: LENGTH, complete: true },
      { bytes: 'GARBAGE', complete: false },
    ]);
  });
});
