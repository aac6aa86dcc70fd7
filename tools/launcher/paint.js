'use strict';

const CODES = { red: 31, green: 32, yellow: 33, blue: 34, magenta: 35, cyan: 36, grey: 90, bold: 1 };

/** @typedef {keyof typeof CODES} Colour */
/** @typedef {(colour: Colour, text: string) => string} Paint */

/** Colours of app prefixes; red is for errors. */
const PREFIX_COLOURS = /** @type {const} */ (['cyan', 'magenta', 'blue', 'green', 'yellow', 'grey']);

/**
 * @param {boolean} coloured
 * @returns {Paint}
 */
function createPaint(coloured) {
  return (colour, text) => (coloured ? `\u001b[${CODES[colour]}m${text}\u001b[0m` : text);
}

/**
 * Colours are for a terminal, and not for people who set NO_COLOR (https://no-color.org).
 *
 * @param {{ isTTY?: boolean }} stream
 * @param {NodeJS.ProcessEnv} env
 */
function wantsColours(stream, env) {
  return stream.isTTY === true && !env['NO_COLOR'];
}

module.exports = { PREFIX_COLOURS, createPaint, wantsColours };
