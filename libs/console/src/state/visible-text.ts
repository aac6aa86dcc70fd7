/**
 * Everything registered is text, and hostile: control characters move cursors, and those for the direction of writing make
 * a name read as another. They are replaced by signs that show them, once, where text enters the console.
 */
const HIDDEN = /[\p{Cc}\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]/gu;
/** JSON has the control characters below U+0020 escaped. Most answers have none, and are read as they are. */
const MAY_HIDE =
  /\\u00[0-9a-f]{2}|\\[bfnrt]|[\u007f-\u009f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]/i;

export function visible(text: string): string {
  return text.replace(HIDDEN, (character) => {
    const code = character.charCodeAt(0);
    if (code < 0x20) return String.fromCharCode(0x2400 + code);
    if (code === 0x7f) return '\u2421';
    return `\u27e8U+${code.toString(16).toUpperCase().padStart(4, '0')}\u27e9`;
  });
}

/** `JSON.parse`, of which every text can be shown as it is. */
export function parseVisible(json: string): unknown {
  return MAY_HIDE.test(json) ? JSON.parse(json, makeVisible) : JSON.parse(json);
}

function makeVisible(_key: string, value: unknown): unknown {
  if (typeof value === 'string') return visible(value);
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, entry]) => [visible(key), entry as unknown]));
}
