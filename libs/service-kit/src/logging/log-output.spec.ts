import { PassThrough } from 'node:stream';
import { createLogOutput, logOutputTo } from './log-output';

describe('a log output', () => {
  it('is one for a stream', () => {
    const stream = new PassThrough();
    expect(logOutputTo(stream)).toBe(logOutputTo(stream));
    expect(logOutputTo(new PassThrough())).not.toBe(logOutputTo(stream));
  });

  it('hears the errors of its stream, by one listener however many outputs are made for it', async () => {
    const stream = new PassThrough();
    const without = stream.listenerCount('error');
    // As many as there are copies of the module: specs have one each, over the one standard output.
    for (let made = 0; made < 20; made += 1) createLogOutput(stream);
    expect(stream.listenerCount('error')).toBe(without + 1);
    stream.destroy(Object.assign(new Error('broken pipe'), { code: 'EPIPE' }));
    await new Promise((resolve) => stream.once('close', resolve));
  });
});
