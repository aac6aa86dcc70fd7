/** A token (RFC 9110 §5.6.2): a method, the name of a field. */
export const TOKEN = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/;

/** Spellings seen so far: there are few, and they come with every message. */
const known = new Map<string, string>();
const MAX_KNOWN = 500;
const MAX_LENGTH = 40;

/** A field's name in lower case; `undefined` for a malformed one. */
export function fieldName(spelled: string): string | undefined {
  return known.get(spelled) ?? learn(spelled);
}

/** The name that programs which know fields as variables (`HTTP_X_NAME`) take this one for. */
export function withDashes(name: string): string {
  return name.includes('_') ? name.replaceAll('_', '-') : name;
}

function learn(spelled: string): string | undefined {
  if (!TOKEN.test(spelled)) return undefined;
  const name = spelled.toLowerCase();
  if (spelled.length > MAX_LENGTH) return name;
  // Bounded: a caller can send any number of names.
  if (known.size >= MAX_KNOWN) known.clear();
  // As keys of an object both are strings of their own: cut out of a message they would keep all of it.
  const [own = spelled, lower = name] = [spelled, name].flatMap((text) => Object.keys({ [text]: 0 }));
  known.set(own, lower);
  return lower;
}
