import { renderTable } from './render-table';

describe('table', () => {
  it('is Markdown with names on the left and figures on the right', () => {
    const table = renderTable(
      [{ title: 'proxy', align: 'left' }, { title: 'µs' }],
      [
        ['nginx', '11'],
        ['http-proxy-middleware', '118'],
      ],
    );
    expect(table).toBe(
      [
        '| proxy                 |  µs |',
        '| --------------------- | --: |',
        '| nginx                 |  11 |',
        '| http-proxy-middleware | 118 |',
      ].join('\n'),
    );
  });

  it('leaves a missing cell empty', () => {
    expect(renderTable([{ title: 'one' }, { title: 'two' }], [['1']])).toContain('|   1 |     |');
  });
});
