import { buffer } from 'node:stream/consumers';
import { createWebSocketFarewell } from './websocket-farewell';

const HELLO = Buffer.from([0x81, 0x05, ...Buffer.from('hello')]);
const CLOSE_1001 = Buffer.concat([
  Buffer.from([0x88, 25, 0x03, 0xe9]),
  Buffer.from('the gateway is stopping'),
]);
const CLOSE_1000 = Buffer.from([0x88, 0x02, 0x03, 0xe8]);

describe('the farewell of a WebSocket', () => {
  it('comes at once between two frames, and nothing after it', async () => {
    const { stream, say } = createWebSocketFarewell();
    stream.write(HELLO);
    say();
    stream.end(HELLO);
    expect(await buffer(stream)).toEqual(Buffer.concat([HELLO, CLOSE_1001]));
  });

  it('waits for the end of a frame that is under way', async () => {
    const { stream, say } = createWebSocketFarewell();
    stream.write(HELLO.subarray(0, 3));
    say();
    stream.write(HELLO.subarray(3, 5));
    stream.end(Buffer.concat([HELLO.subarray(5), HELLO]));
    expect(await buffer(stream)).toEqual(Buffer.concat([HELLO, CLOSE_1001]));
  });

  it('is not said to whom the instance has said it', async () => {
    const { stream, say } = createWebSocketFarewell();
    stream.write(CLOSE_1000);
    say();
    stream.end();
    expect(await buffer(stream)).toEqual(CLOSE_1000);
  });

  it('is not put into what are no frames', async () => {
    const { stream, say } = createWebSocketFarewell();
    stream.write(Buffer.from('HTTP/1.1'));
    say();
    stream.end(HELLO);
    expect(await buffer(stream)).toEqual(Buffer.concat([Buffer.from('HTTP/1.1'), HELLO]));
  });

  it('is said once', async () => {
    const { stream, say } = createWebSocketFarewell();
    say();
    say();
    stream.end(HELLO);
    expect(await buffer(stream)).toEqual(CLOSE_1001);
  });
});
