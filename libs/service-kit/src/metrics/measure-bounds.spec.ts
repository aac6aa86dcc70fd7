import { Registry } from 'prom-client';
import { measureBounds } from './measure-bounds';

describe('how near a process is to its bounds', () => {
  it('is read at each scrape, by the name of the setting', async () => {
    let taken = 0;
    const registry = new Registry();
    measureBounds(registry, {
      MAX_THINGS: () => ({ taken, bound: 4 }),
      MAX_NOTHING: () => ({ taken: 0, bound: 0 }),
    });
    expect(await registry.metrics()).toMatch(/^rollcall_bound_usage_ratio\{bound="MAX_THINGS"\} 0$/m);
    taken = 3;
    const text = await registry.metrics();
    expect(text).toMatch(/^rollcall_bound_usage_ratio\{bound="MAX_THINGS"\} 0.75$/m);
    // What may not be used at all is not full.
    expect(text).toMatch(/^rollcall_bound_usage_ratio\{bound="MAX_NOTHING"\} 0$/m);
  });
});
