import { connect } from 'node:net';

/**
 * Sends bytes that no HTTP client would, and answers with all that came back before the connection ended.
 *
 * @param timeoutMs how long the other side may keep the connection open
 */
export function rawRequest(url: string, bytes: string, timeoutMs = 5000): Promise<string> {
  const { hostname, port } = new URL(url);
  return new Promise((resolve, reject) => {
    let answer = '';
    const socket = connect({ host: hostname, port: Number(port) }, () => socket.write(bytes));
    socket.setEncoding('latin1').setTimeout(timeoutMs, () => socket.destroy());
    socket.on('data', (text: string) => (answer += text));
    socket.once('error', reject);
    socket.once('close', () => resolve(answer));
  });
}
