import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { eventually } from '@rollcall/testing';
import type { AppName } from '../src/app-process';
import { startCluster, type Cluster } from '../src/cluster';
import { request } from '../src/expect-answer';

/** What Node and the process say of themselves is explained by prom-client. */
const OF_NODE = /^(?:process|nodejs)_/;

const sections = new Map(
  readFileSync(join(__dirname, '../../docs/metrics.md'), 'utf8')
    .split(/^## /m)
    .map((section) => [section.split('\n', 1)[0] ?? '', section] as const),
);

function explained(title: string): readonly string[] {
  const [always = ''] = (sections.get(title) ?? '').split('\nWith `TLS_CERT_FILE`');
  return [...always.matchAll(/^\| `(\w+)` \|/gm)].map(([, name = '']) => name);
}

describe('docs/metrics.md', () => {
  let cluster: Cluster;

  beforeAll(async () => {
    cluster = await startCluster();
  });
  afterAll(() => cluster.stop());

  const there = async (url: string): Promise<readonly string[]> => {
    const { text } = await request(`${url}/metrics`);
    const names = [...text.matchAll(/^# TYPE (\w+) /gm)].map(([, name = '']) => name);
    return names.filter((name) => !OF_NODE.test(name)).sort();
  };

  test.each<[AppName, readonly string[]]>([
    ['registry', ['Every app', 'Registry and gateway', 'Registry']],
    ['gateway', ['Every app', 'Registry and gateway', 'Gateway and services that call others', 'Gateway']],
    ['product', ['Every app']],
    ['order', ['Every app', 'Gateway and services that call others']],
    ['hello', ['Every app']],
  ])('explains what %s measures, and nothing else', async (app, titles) => {
    const url = await urlOf(app);
    const names = titles.flatMap(explained).sort();
    expect(names.length).toBeGreaterThan(1);
    await eventually(async () => (await there(url)).length >= names.length);
    expect(await there(url)).toEqual(names);
  });

  async function urlOf(app: AppName): Promise<string> {
    if (app === 'registry') return cluster.registryUrl;
    if (app === 'gateway') return cluster.adminUrl;
    return (await cluster.add(app)).url;
  }
});
