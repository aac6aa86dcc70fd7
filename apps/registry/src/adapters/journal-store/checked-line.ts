import { crc32 } from 'node:zlib';

/**
 * A value as one line: the checksum of its JSON in eight hex digits, a space, the JSON. JSON has no raw line
 * breaks, so the line behind a damaged one is found again, and the file can be read by people.
 */
export function checkedLine(value: object): string {
  const json = JSON.stringify(value);
  return `${crc32(json).toString(16).padStart(8, '0')} ${json}\n`;
}

const CHECKSUM_LENGTH = 8;
const JSON_START = CHECKSUM_LENGTH + 1;

/** The value of a line (without its line break); `undefined` when a single bit of it has changed. */
export function valueOfLine(line: Buffer): unknown {
  if (line.length <= JSON_START) return undefined;
  const checksum = line.toString('latin1', 0, JSON_START);
  const json = line.subarray(JSON_START);
  if (checksum !== `${crc32(json).toString(16).padStart(CHECKSUM_LENGTH, '0')} `) return undefined;
  return JSON.parse(json.toString('utf8'));
}
