'use strict';

const { PREFIX_COLOURS } = require('./paint');

/**
 * Says before each line which app wrote it, all prefixes equally wide, a colour an app.
 *
 * @param {readonly string[]} names
 * @param {import('./paint').Paint} paint
 * @returns {(name: string, line: string) => string}
 */
function createLogPrefix(names, paint) {
  const width = Math.max(...names.map((name) => name.length));
  const prefixes = new Map(
    names.map((name, index) => {
      const colour = PREFIX_COLOURS[index % PREFIX_COLOURS.length] ?? 'grey';
      return [name, paint(colour, `${name.padEnd(width)} │`)];
    }),
  );
  return (name, line) => `${prefixes.get(name)} ${paintLevel(line, paint)}`;
}

/**
 * The apps see a pipe and leave colours out, so the level is coloured here.
 *
 * @param {string} line
 * @param {import('./paint').Paint} paint
 */
function paintLevel(line, paint) {
  return line
    .replace(/^(\S+) (error)/, (_, time, level) => `${time} ${paint('red', level)}`)
    .replace(/^(\S+) (warn )/, (_, time, level) => `${time} ${paint('yellow', level)}`);
}

module.exports = { createLogPrefix };
