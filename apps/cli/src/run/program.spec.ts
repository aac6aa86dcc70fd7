import { startProgram, type Program } from './program';

const env = { PATH: process.env['PATH'] };

async function started(...command: string[]): Promise<Program> {
  const program = await startProgram(command, env);
  if ('fault' in program) throw new Error(program.fault);
  return program;
}

describe('a program', () => {
  it('ends with its own code', async () => {
    expect(await (await started('sh', '-c', 'exit 7')).ended).toBe(7);
  });

  it('that is killed ends with what a shell would say', async () => {
    const program = await started('sleep', '1000');
    program.kill();
    expect(await program.ended).toBe(137);
  });

  it('that a signal has ended does so too', async () => {
    const program = await started('sleep', '1000');
    program.signal('SIGTERM');
    expect(await program.ended).toBe(143);
    // It is not there any more.
    program.signal('SIGTERM');
    program.kill();
  });

  it.each([
    ['/no/such/program', 127, /there is no such program/],
    ['no-such-program-in-the-path', 127, /there is no such program/],
    [__dirname, 126, /EACCES/],
  ])('%s cannot be started', async (file, exitCode, fault) => {
    expect(await startProgram([file], env)).toEqual({ exitCode, fault: expect.stringMatching(fault) });
  });
});
