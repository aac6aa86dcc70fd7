import { request as requestPlain } from 'node:http';
import { request as requestSecurely } from 'node:https';

export interface GatewayCall {
  /** `/v3/…`, as etcd's JSON gateway has it. */
  readonly path: string;
  readonly body?: object;
  readonly ca?: string;
}

/**
 * A call by etcd's own JSON gateway: another way to a member than the client under test, and a program less to install than
 * etcdctl.
 *
 * @throws at any answer but 200, and after 2 s: a paused member takes connections and does not answer
 */
export function callGateway(memberUrl: string, { path, body = {}, ca }: GatewayCall): Promise<unknown> {
  const url = new URL(path, memberUrl);
  const request = url.protocol === 'https:' ? requestSecurely : requestPlain;
  return new Promise((resolve, reject) => {
    const call = request(url, { method: 'POST', ...(ca !== undefined && { ca }), agent: false }, (answer) => {
      let text = '';
      answer.setEncoding('utf8').on('data', (part: string) => (text += part));
      answer.once('error', reject);
      answer.once('end', () => {
        if (answer.statusCode === 200) resolve(JSON.parse(text));
        else reject(new Error(`${url.href} answered ${answer.statusCode}: ${text}`));
      });
    });
    call.setTimeout(2000, () => call.destroy(new Error(`no answer from ${url.href}`)));
    call.once('error', reject);
    call.end(JSON.stringify(body));
  });
}
