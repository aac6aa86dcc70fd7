/** Whether something that was read has the form that is needed. */
export type Check = (value: unknown) => boolean;

/** @returns `undefined` for what is not JSON: anybody may write under the prefix */
export function valueOf(bytes: Buffer): unknown {
  try {
    return JSON.parse(bytes.toString()) as unknown;
  } catch {
    return undefined;
  }
}

export function isText(value: unknown): value is string {
  return typeof value === 'string';
}

export function isNumber(value: unknown): value is number {
  return typeof value === 'number' && Number.isFinite(value);
}

export function isTextOrNull(value: unknown): value is string | null {
  return value === null || isText(value);
}

export function isBoolean(value: unknown): value is boolean {
  return typeof value === 'boolean';
}

export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

export function isOneOf(...texts: readonly string[]): Check {
  return (value) => isText(value) && texts.includes(value);
}

export function isOptional(check: Check): Check {
  return (value) => value === undefined || check(value);
}

export function isArrayOf(check: Check): Check {
  return (value) => Array.isArray(value) && value.every(check);
}

/** An object with at least these properties: newer versions may add others. */
export function hasShape(shape: Readonly<Record<string, Check>>): Check {
  const checks = Object.entries(shape);
  return (value) => isObject(value) && checks.every(([name, holds]) => holds(value[name]));
}
