import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const workspace = join(__dirname, '../..');
const read = (path: string): string => readFileSync(join(workspace, path), 'utf8');
const rules = read('deploy/observability/prometheus/alerts.yml');
const overlay = read('docker/compose.observability.yml');

interface Panel {
  readonly id: number;
  readonly type: string;
  readonly title: string;
  readonly gridPos: { readonly x: number; readonly y: number; readonly w: number; readonly h: number };
  readonly targets?: readonly { readonly expr: string; readonly datasource: { readonly uid: string } }[];
}

describe('the alert rules', () => {
  const alerts = rules.split('- alert: ').slice(1);

  it.each(alerts.map((text) => [/^\w+/.exec(text)?.[0] ?? '', text]))(
    '%s says what is wrong, and where to read on',
    (name, text) => {
      expect(text).toMatch(/ {10}summary: \S/);
      expect(text).toMatch(/labels: \{ severity: (critical|warning) \}/);
      const [, file = '', anchor] = /runbook: (\S+)#(\S+)/.exec(text) ?? [];
      const anchors = [...read(file).matchAll(/^### (\w+)$/gm)].map(([, heading]) => heading?.toLowerCase());
      expect(anchor).toBe(name.toLowerCase());
      expect(anchors).toContain(anchor);
    },
  );
});

describe('the dashboard', () => {
  // It is ours, and Grafana's schema has far more than is looked at here.
  const dashboard = JSON.parse(read('deploy/observability/grafana/dashboards/rollcall.json')) as {
    readonly panels: readonly Panel[];
    readonly templating: { readonly list: readonly { readonly name: string }[] };
  };
  const { panels } = dashboard;

  it('has its rows and variables', () => {
    expect(panels.filter(({ type }) => type === 'row').map(({ title }) => title)).toEqual([
      'Fleet',
      'Gateway',
      'Service',
      'Processes',
    ]);
    expect(dashboard.templating.list.map(({ name }) => name)).toEqual(['datasource', 'service', 'gateway']);
    for (const { expr, datasource } of panels.flatMap(({ targets = [] }) => targets)) {
      expect(datasource.uid).toBe('${datasource}');
      for (const [, name = ''] of expr.matchAll(/\$(\w+)/g))
        expect(['service', 'gateway', '__rate_interval']).toContain(name);
    }
  });

  it('has every panel in a place of its own', () => {
    expect(new Set(panels.map(({ id }) => id)).size).toBe(panels.length);
    const places = panels.flatMap(({ gridPos: { x, y, w, h } }) =>
      Array.from({ length: w * h }, (_, n) => `${x + (n % w)},${y + Math.floor(n / w)}`),
    );
    expect(new Set(places).size).toBe(places.length);
    expect(Math.max(...panels.map(({ gridPos: { x, w } }) => x + w))).toBe(24);
  });
});

describe('the compose overlay', () => {
  it('mounts what there is', () => {
    const mounted = [...overlay.matchAll(/\.\/(deploy\/[\w/-]+):/g)].map(([, path = '']) => path);
    expect(mounted).toHaveLength(4);
    expect(mounted.filter((path) => !existsSync(join(workspace, path)))).toEqual([]);
  });

  it('has every app send spans', () => {
    const serves = (app: string) => existsSync(join(workspace, 'apps', app, 'src/compose.ts'));
    for (const app of readdirSync(join(workspace, 'apps')).filter(serves))
      expect(overlay).toMatch(new RegExp(`\\n  ${app}:\\n    environment:(\\n      <<:)? \\*traced\\n`));
  });

  it('publishes nothing but on this machine, and no image without a version', () => {
    const ports = [...overlay.matchAll(/(\S+)\$\{(\w+)_PORT:/g)].map(([, before]) => before);
    expect(ports.length).toBeGreaterThan(3);
    expect(ports.every((before) => before?.endsWith("'127.0.0.1:"))).toBe(true);
    const images = [...overlay.matchAll(/image: \$\{\w+_IMAGE:-(\S+)\}/g)].map(([, image = '']) => image);
    expect(images).toHaveLength(3);
    for (const image of images) expect(image).toMatch(/:v?\d+\.\d+\.\d+$/);
  });
});
