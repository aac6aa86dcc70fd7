'use strict';

/**
 * The one thing to read after `npm start`: where everything is, and what to try.
 *
 * @param {import('./plan').Plan} plan
 * @param {ReadonlyMap<string, number>} pids of the apps' processes, by name
 * @param {import('./paint').Paint} paint
 */
function addressTable({ startOrder, consoleUrl, examples }, pids, paint) {
  const rows = startOrder.flat().flatMap(({ name, ports }) =>
    ports.map(({ url, purpose }, index) => {
      const [shownName, pid] = index === 0 ? [name, String(pids.get(name) ?? '')] : ['', ''];
      return { name: shownName, pid, url, purpose };
    }),
  );
  const heading = { name: '', pid: 'pid', url: '', purpose: '' };
  const width = (/** @type {'name' | 'pid' | 'url'} */ column) =>
    Math.max(...[heading, ...rows].map((row) => row[column].length));
  const [nameWidth, pidWidth, urlWidth] = [width('name'), width('pid'), width('url')];
  return [
    '',
    `${paint('bold', 'Rollcall is up.')} Its console: ${paint('bold', consoleUrl)}`,
    '',
    ...[heading, ...rows].map(({ name, pid, url, purpose }) =>
      [
        '',
        paint('bold', name.padEnd(nameWidth)),
        paint('grey', pid.padStart(pidWidth)),
        url.padEnd(urlWidth),
        paint('grey', purpose),
      ]
        .join('  ')
        .trimEnd(),
    ),
    '',
    paint('bold', 'Try:'),
    '',
    ...examples.map((example) => `  ${example}`),
    '',
    paint('grey', 'Enter shows this again. Ctrl-C stops everything.'),
    '',
  ].join('\n');
}

module.exports = { addressTable };
