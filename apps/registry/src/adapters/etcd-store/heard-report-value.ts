import type { HeardReport } from '../../ports/replica-group';

/** Raise it with another layout; replicas of this version cannot read that, and wait for its writer. */
const VERSION = 1;
/** Rounded down by less than this much, milliseconds, so that most instances take one byte. */
const AGO_UNIT_MS = 100;

/**
 * A report in bytes: of 100,000 instances some 20,000 are heard every two seconds, and take two bytes each. After the version
 * come numbers of seven bits a byte, the lowest first; epochs rise, and each is written as its distance to the one before.
 */
export function heardReportValue({ seen, heard, opened, closed }: HeardReport): Buffer {
  const bytes = [VERSION];
  const rising = [...heard].sort((one, other) => one.epoch - other.epoch);
  write(bytes, seen);
  writeRising(
    bytes,
    rising.map(({ epoch }) => epoch),
  );
  for (const { agoMs } of rising) write(bytes, Math.max(0, Math.floor(agoMs / AGO_UNIT_MS)));
  for (const epochs of [opened, closed])
    writeRising(
      bytes,
      [...epochs].sort((one, other) => one - other),
    );
  return Buffer.from(bytes);
}

/** @returns `undefined` for another version's form, and for what was cut off */
export function readHeardReport(bytes: Buffer): HeardReport | undefined {
  if (bytes[0] !== VERSION) return undefined;
  const reader = { bytes, at: 1 };
  const seen = read(reader);
  const epochs = readRising(reader);
  const agos = epochs?.flatMap(() => read(reader) ?? []) ?? [];
  const opened = readRising(reader);
  const closed = readRising(reader);
  if (seen === undefined || epochs === undefined || opened === undefined || closed === undefined)
    return undefined;
  if (agos.length < epochs.length) return undefined;
  const heard = epochs.map((epoch, index) => ({ epoch, agoMs: (agos[index] ?? 0) * AGO_UNIT_MS }));
  return { seen, heard, opened, closed };
}

function writeRising(bytes: number[], rising: readonly number[]): void {
  write(bytes, rising.length);
  let before = 0;
  for (const number of rising) {
    write(bytes, number - before);
    before = number;
  }
}

/** Up to 2^53: the bits of operators like `>>` end at 32. */
function write(bytes: number[], number: number): void {
  for (let rest = number; ; rest = Math.floor(rest / 128)) {
    if (rest < 128) {
      bytes.push(rest);
      return;
    }
    bytes.push((rest % 128) + 128);
  }
}

interface Reader {
  readonly bytes: Buffer;
  at: number;
}

function readRising(reader: Reader): readonly number[] | undefined {
  const count = read(reader);
  // Each takes a byte at least: what is cut off, or garbage, does not make us allocate.
  if (count === undefined || count > reader.bytes.length) return undefined;
  const rising: number[] = [];
  let last = 0;
  for (let index = 0; index < count; index += 1) {
    const distance = read(reader);
    if (distance === undefined) return undefined;
    last += distance;
    if (!Number.isSafeInteger(last)) return undefined;
    rising.push(last);
  }
  return rising;
}

function read(reader: Reader): number | undefined {
  let number = 0;
  for (let weight = 1; weight <= 2 ** 49; weight *= 128) {
    const byte = reader.bytes[reader.at];
    if (byte === undefined) return undefined;
    reader.at += 1;
    number += (byte % 128) * weight;
    if (byte < 128) return Number.isSafeInteger(number) ? number : undefined;
  }
  return undefined;
}
