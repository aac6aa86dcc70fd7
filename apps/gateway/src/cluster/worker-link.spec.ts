/** @jest-environment node */
import cluster, { type Worker } from 'node:cluster';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { asAppError, toProblem } from '@rollcall/service-kit';
import { createWorkerLink, type WorkerLink } from './worker-link';
import { createWorkerPoolOperations } from './worker-pool-operations';

/** Refuses what it is asked by its name, and answers nothing else. */
const PROGRAM = `
process.on('message', ({ type, id, operation }) => {
  const refusal = { type: 'no-answer', id, code: 'REFUSED', status: 503, message: 'why it is' };
  if (operation === 'told') process.send({ ...refusal, expose: true });
  if (operation === 'hidden') process.send({ ...refusal, expose: false });
});
`;
const HIDDEN = 'Something went wrong here; the log has it under this request id.';

let folder: string;
let worker: Worker;
let link: WorkerLink;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'rollcall-worker-link-'));
  const exec = join(folder, 'worker.js');
  await writeFile(exec, PROGRAM);
  cluster.setupPrimary({ exec, execArgv: [] });
  worker = cluster.fork();
  link = createWorkerLink(worker, () => undefined);
  await once(worker, 'online');
});
afterAll(async () => {
  link.kill();
  await link.exited;
  await rm(folder, { recursive: true });
});

const detailOf = (asked: Promise<unknown>): Promise<string> =>
  asked.then(
    () => 'answered',
    (error: unknown) => toProblem(asAppError(error)).detail,
  );

describe('whoever asks a worker', () => {
  it('is told what it says of its refusal, where that may be told', async () => {
    expect(await detailOf(link.ask('told', {}))).toBe('why it is');
    expect(await detailOf(link.ask('hidden', {}))).toBe(HIDDEN);
  });

  it('is told that it does not answer, and what to do', async () => {
    expect(await detailOf(link.ask('anything', {}))).toBe(
      `No answer: worker process ${worker.process.pid} did not answer within 2000 ms. Try again in a moment.`,
    );
  });

  it('is told that there is none', async () => {
    expect(await detailOf(createWorkerPoolOperations(() => []).routes())).toMatch(
      /^No worker process is running/,
    );
  });
});
