import { Registry } from 'prom-client';
import { measureDiscovery } from './measure-discovery';

const NOW = 1_000_000;

async function measured(staleSince: number | undefined, synced: boolean): Promise<string[]> {
  const registry = new Registry();
  measureDiscovery(registry, { staleSince, synced }, () => NOW);
  const text = await registry.metrics();
  return text.split('\n').filter((line) => line.startsWith('rollcall_'));
}

describe('what is known of other services', () => {
  it.each([
    ['nothing yet', undefined, false, 0, 0],
    ['the latest', undefined, true, 0, 1],
    ['what was known 2.5 s ago', NOW - 2500, true, 2.5, 1],
    ['what a file held', NOW - 60_000, false, 60, 0],
    ['news from the future, by a clock that was set back', NOW + 5000, true, 0, 1],
  ])('%s', async (_what, staleSince, synced, seconds, flag) => {
    expect(await measured(staleSince, synced)).toEqual([
      `rollcall_discovery_stale_seconds ${seconds}`,
      `rollcall_discovery_synced ${flag}`,
    ]);
  });
});
