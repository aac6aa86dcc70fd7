import { createServer } from 'node:net';
import { join } from 'node:path';
import { eventually, startTypeScript, type TypeScriptProcess } from '@rollcall/testing';

const processes: TypeScriptProcess[] = [];
afterEach(() => processes.splice(0).forEach(({ child }) => child.kill('SIGKILL')));

function start(env: NodeJS.ProcessEnv) {
  const started = startTypeScript(join(__dirname, 'fixtures', 'small-service.ts'), {
    env: { PORT: '0', ...env },
  });
  processes.push(started);
  return started;
}

const running = (service: TypeScriptProcess) =>
  eventually(() => service.output().includes('"event":"started"'), { timeoutMs: 20_000 });

describe('runService', () => {
  it('lists all faults of a bad configuration and exits with 2', async () => {
    const service = start({ PORT: 'eighty', LOG_LEVEL: 'loud' });
    expect(await service.exited).toBe(2);
    expect(service.output()).toMatch(/PORT must be a number/);
    expect(service.output()).toMatch(/LOG_LEVEL must be one of/);
  });

  it('prints its effective configuration at debug level, secrets masked', async () => {
    const service = start({ LOG_LEVEL: 'debug', NODE_ENV: 'production', API_TOKEN: 'hunter2' });
    await running(service);
    expect(service.output()).toContain('"API_TOKEN":"***"');
    expect(service.output()).not.toContain('hunter2');
  });

  it.each(['SIGTERM', 'SIGINT'] as const)('stops in order on %s and exits with 0', async (signal) => {
    const service = start({ NODE_ENV: 'production' });
    await running(service);
    service.child.kill(signal);
    expect(await service.exited).toBe(0);
    expect(service.output()).toContain('"event":"stopped"');
  });

  it('does not wait any longer at the second signal', async () => {
    const service = start({ NODE_ENV: 'production', STOP_HANGS: 'true' });
    await running(service);
    service.child.kill('SIGTERM');
    await eventually(() => service.output().includes('"event":"stopping"'));
    service.child.kill('SIGTERM');
    expect(await service.exited).toBe(1);
  });

  it('says which variable to change when its port is taken, and exits with 1', async () => {
    const other = createServer().listen(0, '127.0.0.1');
    await new Promise((resolve) => other.once('listening', resolve));
    const { port } = other.address() as { port: number };
    const service = start({ PORT: String(port) });
    expect(await service.exited).toBe(1);
    expect(service.output()).toContain(`Port ${port} on 127.0.0.1 is taken. Set PORT to another one.`);
    other.close();
  });

  it('exits with 1, saying why, when something breaks that nobody foresaw', async () => {
    const service = start({ NODE_ENV: 'production', BREAKS: 'true' });
    expect(await service.exited).toBe(1);
    expect(service.output()).toContain('"event":"broken"');
    expect(service.output()).toContain('nobody foresaw this');
  });
});
