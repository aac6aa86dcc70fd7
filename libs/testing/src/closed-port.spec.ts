import { closedPort } from './closed-port';
import { eventually } from './eventually';
import { startTypeScript } from './typescript-process';

/** What is drawn is these ports, in turn. */
function draw(...ports: readonly number[]): void {
  const random = jest.spyOn(Math, 'random');
  for (const port of ports) random.mockReturnValueOnce((port - 11_000 + 0.5) / 9_000);
}

afterEach(() => void jest.restoreAllMocks());

describe('a closed port', () => {
  it('is given once', async () => {
    const first = await closedPort();
    draw(first, first);

    expect(await closedPort()).not.toBe(first);
  });

  it('is given to nobody else while the process runs that it was given to, and again once that has ended', async () => {
    const other = startTypeScript(require.resolve('../test/processes/port-taking-process.ts'));
    const [, text] = await eventually(() => /given (\d+)/.exec(other.output()) ?? undefined, {
      timeoutMs: 30_000,
    });
    const port = Number(text);
    draw(port);
    expect(await closedPort()).not.toBe(port);

    other.child.kill('SIGKILL');
    await other.exited;
    draw(port, port);
    expect(await closedPort()).toBe(port);
  });
});
