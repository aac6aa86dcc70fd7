'use strict';

/** @typedef {{ title: string, align?: 'left' | 'right' }} Column numbers go right, which is the default */

/**
 * A Markdown table that is also one in a terminal: the same text is printed and kept in the README.
 *
 * @param {readonly Column[]} columns
 * @param {readonly (readonly string[])[]} rows
 * @returns {string}
 */
function renderTable(columns, rows) {
  const widths = columns.map(({ title }, index) =>
    Math.max(3, title.length, ...rows.map((row) => cell(row, index).length)),
  );
  const line = (/** @type {readonly string[]} */ cells) => `| ${cells.join(' | ')} |`;
  const pad = (/** @type {string} */ text, /** @type {number} */ index) =>
    columns[index]?.align === 'left' ? text.padEnd(widths[index] ?? 0) : text.padStart(widths[index] ?? 0);

  return [
    line(columns.map(({ title }, index) => pad(title, index))),
    line(widths.map((width, index) => rule(width, columns[index]?.align))),
    ...rows.map((row) => line(columns.map((_, index) => pad(cell(row, index), index)))),
  ].join('\n');
}

/**
 * @param {readonly string[]} row
 * @param {number} index
 */
function cell(row, index) {
  return row[index] ?? '';
}

/**
 * @param {number} width
 * @param {'left' | 'right' | undefined} align
 */
function rule(width, align) {
  return align === 'left' ? '-'.repeat(width) : `${'-'.repeat(width - 1)}:`;
}

module.exports = { renderTable };
