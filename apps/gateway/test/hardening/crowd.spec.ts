import type { IncomingMessage, ServerResponse } from 'node:http';
import { eventually, timeScale } from '@rollcall/testing';
import { openRawConnection, type RawConnection } from '../support/raw-request';
import { seededRandom } from '../support/seeded-random';
import { startGateway, type RunningGateway } from '../support/start-gateway';
import { startUpstream, type RunningUpstream } from '../support/start-upstream';
import { wholeAnswers } from '../support/whole-answers';

const CALLERS = 200;
const ROUNDS = 4;
const SEED = 20_261_125;

/** Every caller marks its requests, and instances answer with the mark: one in somebody else's answer is a mix-up. */
describe('two hundred callers at once, who leave, before instances that break', () => {
  let running: RunningGateway;
  let upstreams: RunningUpstream[];
  const random = seededRandom(SEED);
  /** How often instances have got each mark with a POST. */
  const posted = new Map<string, number>();
  let brokenOff = 0;

  beforeAll(async () => {
    running = await startGateway({ HEADERS_TIMEOUT_MS: String(10_000 * timeScale) });
    upstreams = await Promise.all([1, 2, 3].map(() => startUpstream(answer)));
    for (const { url } of upstreams)
      running.registry.list({ service_name: 'p', url, routes: [{ path_prefix: '/p' }] });
    await eventually(async () => (await running.upstreamCount()) === 3);
  });
  afterAll(async () => {
    await running.stop();
    await Promise.all(upstreams.map((upstream) => upstream.stop()));
  });

  function answer(req: IncomingMessage, res: ServerResponse): void {
    const mark = req.url?.slice('/p/'.length) ?? '';
    if (req.method === 'POST') posted.set(mark, (posted.get(mark) ?? 0) + 1);
    const chance = random();
    if (chance < 0.05) {
      brokenOff += 1;
      req.socket.resetAndDestroy();
      return;
    }
    const body = mark.repeat(1 + Math.floor(random() * 1000));
    if (chance < 0.1) res.setHeader('Connection', 'close');
    res.writeHead(200, { 'Content-Length': body.length, 'X-Mark': mark });
    if (chance < 0.15) {
      brokenOff += 1;
      res.write(body.slice(0, body.length / 2), () => req.socket.destroy());
      return;
    }
    req.resume().once('end', () => res.end(body));
  }

  /** Sends what this round has for a connection, reads until all is there or the connection ends; checks every byte. */
  async function round(caller: RawConnection, marks: readonly string[]): Promise<number> {
    const seenBefore = wholeAnswers(caller.received()).length;
    for (const mark of marks) {
      const post = random() < 0.5;
      const framing = post ? `Content-Length: ${mark.length}\r\n\r\n${mark}` : '\r\n';
      caller.send(`${post ? 'POST' : 'GET'} /p/${mark} HTTP/1.1\r\nHost: h\r\n${framing}`);
    }
    if (random() < 0.2) {
      // Leaves at any point of it.
      await Promise.race([caller.closed, new Promise((resolve) => caller.socket.once('data', resolve))]);
      caller.socket.destroy();
    }
    await eventually(
      () => caller.socket.destroyed || wholeAnswers(caller.received()).length >= seenBefore + marks.length,
      { timeoutMs: 20_000, everyMs: 25 },
    );
    const answers = wholeAnswers(caller.received()).slice(seenBefore);
    answers.forEach(({ status, head, body }, index) => {
      const mark = marks[index] ?? 'none';
      if (status === 200) {
        expect(head).toContain(`X-Mark: ${mark}\r\n`);
        expect(body.replaceAll(mark, '')).toBe('');
      } else {
        expect(status).toBe(502);
        expect(body).toContain(`"instance":"/p/${mark}"`);
      }
    });
    return answers.filter(({ status }) => status === 200).length;
  }

  async function call(id: number): Promise<number> {
    let answered = 0;
    let caller = await openRawConnection(running.port);
    for (let count = 0; count < ROUNDS; count += 1) {
      if (caller.socket.destroyed) caller = await openRawConnection(running.port);
      const many = random() < 0.3 ? 3 : 1;
      answered += await round(
        caller,
        Array.from({ length: many }, (_, index) => `m${id}r${count}n${index}.`),
      );
      // No byte of anybody else's, in the unfinished answer of a broken connection either.
      const foreign = [...caller.received().matchAll(/m(\d+)r\d+n\d+\./g)].filter(
        ([, owner]) => Number(owner) !== id,
      );
      expect(foreign).toEqual([]);
    }
    caller.socket.destroy();
    return answered;
  }

  it('no caller sees a byte of another one’s answer, and no POST arrives twice', async () => {
    const answered = await Promise.all(Array.from({ length: CALLERS }, (_, id) => call(id)));
    expect(answered.reduce((sum, count) => sum + count, 0)).toBeGreaterThan(CALLERS);
    expect(brokenOff).toBeGreaterThan(20);
    expect([...posted].filter(([, times]) => times > 1)).toEqual([]);
    expect((await fetch(`${running.adminUrl}/readyz`)).status).toBe(200);
  });
});
