/** How the bytes of a field are read (https://protobuf.dev/programming-guides/encoding/). */
export type FieldForm = 'text' | 'hex' | 'bool' | 'number' | 'uint64' | 'double' | Message;

export interface Field {
  readonly name: string;
  readonly form: FieldForm;
  readonly repeated?: true;
}

/** A message as in its `.proto` file: fields by their numbers. A function, for messages that contain themselves. */
export type Message = () => Readonly<Record<number, Field>>;

const VARINT = 0;
const FIXED64 = 1;
const LENGTH = 2;
const FIXED32 = 5;

/**
 * A message in the form that it has in OTLP's JSON: 64-bit numbers are text, ids hexadecimal. Fields that the message
 * does not name are passed over.
 *
 * @throws RangeError when the bytes end before a field does, or are none that protobuf knows
 */
export function decodeProtobuf(bytes: Buffer, message: Message): Record<string, unknown> {
  const fields = message();
  const decoded: Record<string, unknown> = {};
  const lists = new Map<string, unknown[]>();
  let at = 0;

  function varint(): bigint {
    let value = 0n;
    for (let shift = 0n; shift < 70n; shift += 7n) {
      const byte = bytes.readUInt8(at);
      at += 1;
      value |= BigInt(byte & 0x7f) << shift;
      if (byte < 0x80) return BigInt.asUintN(64, value);
    }
    throw new RangeError('a varint of more than ten bytes');
  }
  function piece(length: number): Buffer {
    if (at + length > bytes.length)
      throw new RangeError(`${length} bytes announced, ${bytes.length - at} there`);
    at += length;
    return bytes.subarray(at - length, at);
  }

  while (at < bytes.length) {
    const tag = Number(varint());
    const raw = rawValue(tag & 7);
    const field = fields[tag >>> 3];
    if (field === undefined) continue;
    const value = valueOf(raw, field.form);
    if (field.repeated !== true) decoded[field.name] = value;
    else {
      const list = lists.get(field.name) ?? [];
      lists.set(field.name, list);
      decoded[field.name] = list;
      list.push(value);
    }
  }
  return decoded;

  function rawValue(wireType: number): bigint | Buffer {
    if (wireType === VARINT) return varint();
    if (wireType === FIXED64) return piece(8);
    if (wireType === LENGTH) return piece(Number(varint()));
    if (wireType === FIXED32) return piece(4);
    throw new RangeError(`wire type ${wireType}`);
  }
}

function valueOf(raw: bigint | Buffer, form: FieldForm): unknown {
  if (typeof raw === 'bigint') {
    if (form === 'bool') return raw !== 0n;
    if (form === 'number') return Number(raw);
    if (form === 'uint64') return String(BigInt.asIntN(64, raw));
  } else {
    if (typeof form === 'function') return decodeProtobuf(raw, form);
    if (form === 'text') return raw.toString('utf8');
    if (form === 'hex') return raw.toString('hex');
    if (form === 'double') return raw.readDoubleLE(0);
    if (form === 'uint64') return String(raw.readBigUInt64LE(0));
    if (form === 'number') return raw.readUInt32LE(0);
  }
  throw new RangeError(`a field of another type than ${typeof form === 'function' ? 'message' : form}`);
}
