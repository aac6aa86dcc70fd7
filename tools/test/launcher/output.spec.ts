import { addressTable } from '../../launcher/address-table';
import { createLogPrefix } from '../../launcher/log-prefix';
import { createPaint, wantsColours } from '../../launcher/paint';
import { planApps } from '../../launcher/plan';

const plain = createPaint(false);

describe('what the launcher writes', () => {
  test.each([
    ['a terminal', { isTTY: true }, {}, true],
    ['a terminal and NO_COLOR', { isTTY: true }, { NO_COLOR: '1' }, false],
    ['a pipe', {}, {}, false],
  ])('coloured on %s: %#', (_, stream, env, coloured) => {
    expect(wantsColours(stream, env)).toBe(coloured);
  });

  test('says before each line who wrote it, all equally wide', () => {
    const prefix = createLogPrefix(['order', 'product-1'], plain);

    expect([prefix('order', 'a'), prefix('product-1', 'b')]).toEqual(['order     │ a', 'product-1 │ b']);
  });

  test('colours the level of errors and warnings', () => {
    const prefix = createLogPrefix(['order'], createPaint(true));

    expect(prefix('order', '12:00:00.000 error broken')).toContain('\u001b[31merror\u001b[0m broken');
    expect(prefix('order', '12:00:00.000 warn  slow')).toContain('\u001b[33mwarn \u001b[0m slow');
  });

  test('lists every address once, each app with its process id, and three commands to try', () => {
    const plan = planApps({ env: {}, root: '/rollcall' });

    const pids = new Map(plan.startOrder.flat().map(({ name }, index) => [name, 4001 + index]));
    const table = addressTable(plan, pids, plain);

    expect(table.trimStart()).toMatch(/^Rollcall is up\. Its console: http:\/\/127\.0\.0\.1:8080\/ui\/\n/);
    const ports = [8080, 8000, 8001, 8081, 8082, 8083, 9090];
    for (const port of ports) expect(table).toMatch(new RegExp(`^  .* http://127.0.0.1:${port}  `, 'm'));
    for (const [name, pid] of pids) expect(table).toMatch(new RegExp(`^  ${name} +${pid}  http`, 'm'));
    expect(table.match(/^ {2}curl /gm)).toHaveLength(3);
  });
});
