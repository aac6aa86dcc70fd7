'use strict';

const LISTED = /^ {4}\* (.+)\/tsconfig[^/]*\.json$/;
const STARTED = /Building project '(?:.*\/)?((?:apps|libs)\/[^/]+)\/[^']+'/;
const UP_TO_DATE = /Project '.+' is up to date/;

/**
 * Reads what `tsc -b --verbose` writes and answers with a line for people, or with nothing when a line says
 * nothing new.
 *
 * @returns {(line: string) => string | undefined}
 */
function createBuildProgress() {
  let total = 0;
  let reached = 0;
  return (line) => {
    if (LISTED.test(line)) total += 1;
    if (UP_TO_DATE.test(line)) reached += 1;
    const started = STARTED.exec(line)?.[1];
    if (started) {
      reached += 1;
      return `Building ${started} (${reached}/${total})`;
    }
    return /\berror TS\d+:/.test(line) ? line : undefined;
  };
}

module.exports = { createBuildProgress };
