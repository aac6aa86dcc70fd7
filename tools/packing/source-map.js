'use strict';

/**
 * A source map with its source inside: the TypeScript is not in the package, and a map to a file that is not there
 * is worse than none.
 *
 * @param {string} map of a file made from one source
 * @param {{ name: string, text: string }} source what debuggers and stack traces show
 * @returns {string}
 */
function embedSource(map, { name, text }) {
  const embedding = { sourceRoot: undefined, sources: [name], sourcesContent: [text] };
  return JSON.stringify({ ...JSON.parse(map), ...embedding });
}

/**
 * @param {string} declarations
 * @returns {string} without the pointer to a map, for that map would point to sources that are not there
 */
function withoutMap(declarations) {
  return declarations.replace(/\n\/\/# sourceMappingURL=.*\s*$/, '\n');
}

module.exports = { embedSource, withoutMap };
