'use strict';

/**
 * The one thing to read after `npm start`: where everything is, and what to try.
 *
 * @param {import('./plan').Plan} plan
 * @param {import('./paint').Paint} paint
 */
function addressTable({ startOrder, examples }, paint) {
  const rows = startOrder
    .flat()
    .flatMap(({ name, ports }) =>
      ports.map(({ url, purpose }, index) => ({ name: index === 0 ? name : '', url, purpose })),
    );
  const nameWidth = Math.max(...rows.map(({ name }) => name.length));
  const urlWidth = Math.max(...rows.map(({ url }) => url.length));
  return [
    '',
    paint('bold', 'Rollcall is up.'),
    '',
    ...rows.map(({ name, url, purpose }) =>
      `  ${paint('bold', name.padEnd(nameWidth))}  ${url.padEnd(urlWidth)}  ${paint('grey', purpose)}`.trimEnd(),
    ),
    '',
    paint('bold', 'Try:'),
    '',
    ...examples.map((example) => `  ${example}`),
    '',
    paint('grey', 'Ctrl-C stops everything.'),
    '',
  ].join('\n');
}

module.exports = { addressTable };
