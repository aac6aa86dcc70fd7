import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { eventually } from '@rollcall/testing';
import { startRawRig, type RawRig } from '../support/raw-rig';

describe('the series of a gateway', () => {
  let rig: RawRig;
  afterEach(() => rig.stop());

  const metrics = async (): Promise<string> => (await fetch(`${rig.running.adminUrl}/metrics`)).text();

  it('are those that docs/metrics.md explains', async () => {
    rig = await startRawRig();
    const document = readFileSync(join(__dirname, '../../../../docs/metrics.md'), 'utf8');
    const explained = [...document.matchAll(/^\| `(rollcall_gateway_\w+)`/gm)].map(([, name]) => name);
    const there = [...(await metrics()).matchAll(/^# TYPE (rollcall_gateway_\w+) /gm)].map(
      ([, name]) => name,
    );
    expect(explained.sort()).toEqual(there.sort());
  });

  it('do not grow with the statuses that an instance invents, or the methods that callers do', async () => {
    rig = await startRawRig({
      onRequest({ send }, request) {
        const [, status] = /^\S+ \/p\/(\d+)/.exec(request) ?? [];
        send(`HTTP/1.1 ${status} Whatever\r\nContent-Length: 0\r\n\r\n`);
      },
    });
    const caller = await rig.open();
    for (let status = 600; status < 800; status += 1) {
      caller.send(`PROPFIND /p/${status} HTTP/1.1\r\nHost: h\r\n\r\n`);
      await caller.until(`HTTP/1.1 ${status} `);
    }
    caller.socket.destroy();
    const counts = (await metrics()).match(
      /^http_server_request_duration_seconds_count\{.*http_route="\/p".*$/gm,
    );
    expect(counts).toEqual([expect.stringMatching(/method="_OTHER".*status_code="_OTHER".* 200$/)]);
  });

  it('are of routes by their names, never of paths or of routes that others dream up', async () => {
    rig = await startRawRig({
      onRequest: ({ send }) => send('HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n'),
    });
    for (let n = 0; n < 50; n += 1) {
      await rig.answerTo(`GET /p/${n} HTTP/1.1\r\nHost: h${n}\r\n\r\n`);
      await rig.answerTo(`GET /nowhere/${n} HTTP/1.1\r\nHost: h${n}\r\n\r\n`);
    }
    await eventually(async () => {
      const text = await metrics();
      const counts = text.match(
        /^http_server_request_duration_seconds_count\{.*http_route="(\/p|unmatched)".*$/gm,
      );
      return counts?.length === 2 && counts.every((line) => line.endsWith(' 50'));
    });
  });

  it('of attempts are by service and by what became of each, of those that failed too', async () => {
    rig = await startRawRig({
      onRequest({ send, socket }, request) {
        if (request.includes(' /p/broken ')) socket.destroy();
        else
          send(
            `HTTP/1.1 ${request.includes('/p/missing') ? 404 : 200} Whatever\r\nContent-Length: 0\r\n\r\n`,
          );
      },
    });
    for (const path of ['/p/well', '/p/missing', '/p/broken'])
      await rig.answerTo(`GET ${path} HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n`);
    const counts = (await metrics()).match(/^http_client_request_duration_seconds_count\{.*$/gm) ?? [];
    const labels = counts.map(
      (line) => /http_request_method="GET",upstream_service="\w+",(.*),service=/.exec(line)?.[1],
    );
    expect(labels.sort()).toEqual([
      'error_type="reset"',
      'http_response_status_code="200"',
      'http_response_status_code="404",error_type="404"',
    ]);
  });
});
