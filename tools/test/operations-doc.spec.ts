import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const workspace = join(__dirname, '../..');
const doc = readFileSync(join(workspace, 'docs/operations.md'), 'utf8');

/** Everything that runs in production. */
const source = ['apps', 'libs']
  .flatMap((folder) =>
    readdirSync(join(workspace, folder)).map((project) => join(workspace, folder, project, 'src')),
  )
  .flatMap((src) => readdirSync(src, { recursive: true, encoding: 'utf8' }).map((file) => join(src, file)))
  .filter((file) => file.endsWith('.ts') && !file.endsWith('.spec.ts'))
  .map((file) => readFileSync(file, 'utf8'))
  .join('\n');

/** Names in the first column of the table below a heading. */
function firstColumn(heading: string): readonly string[] {
  const [, section = ''] = doc.split(`\n## ${heading}\n`);
  const [text = ''] = section.split('\n## ');
  const cells = text
    .split('\n')
    .flatMap((line) => (line.startsWith('| `') ? [line.split(' | ')[0] ?? ''] : []));
  return cells.flatMap((cell) => [...cell.matchAll(/`([a-z_0-9]+)/g)].flatMap(([, name]) => name ?? []));
}

/** The client's events and the catalog's changes get their source in front where they are logged. */
const logged = (event: string): boolean =>
  source.includes(`'${event}'`) ||
  source.includes(`'${event.replace(/^(registrar|resolver|service_client|instance)_/, '')}'`);

/** Of Node itself, by prom-client. */
const isDefault = (metric: string): boolean => /^(nodejs|process)_/.test(metric) || metric === 'up';

describe('docs/operations.md', () => {
  it('names events that are logged', () => {
    const events = firstColumn('What the log asks of you');
    expect(events.length).toBeGreaterThan(20);
    expect(events.filter((event) => !logged(event))).toEqual([]);
  });

  it('names metrics that there are', () => {
    const metrics = firstColumn('What to watch').filter((name) => name.includes('_') && !isDefault(name));
    expect(metrics.length).toBeGreaterThan(10);
    expect(metrics.filter((metric) => !source.includes(`'${metric}'`))).toEqual([]);
  });

  it('names settings that there are', () => {
    const settings = [...doc.matchAll(/`([A-Z]+(?:_[A-Z]+)+)(?:=[^`]*)?`/g)].flatMap(
      ([, name]) => name ?? [],
    );
    expect(settings.length).toBeGreaterThan(10);
    // Every secret may come in a file, which the same name with _FILE says.
    const known = (setting: string) =>
      source.includes(setting) || source.includes(setting.replace(/_FILE$/, ''));
    expect(settings.filter((setting) => !known(setting))).toEqual([]);
  });
});
