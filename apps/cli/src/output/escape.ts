import { printable, UNPRINTABLE } from '@rollcall/service-kit';
import { Document, visit } from 'yaml';

/** A value as JSON in which no character acts on a terminal: JSON itself leaves C1, DEL and marks of direction as they are. */
export function jsonText(value: unknown, form: 'indented' | 'one line'): string {
  return escapeAllButLines(JSON.stringify(value, undefined, form === 'indented' ? 2 : undefined));
}

/** The same as YAML. Only text in double quotes may hold escapes there. */
export function yamlText(value: unknown): string {
  const document = new Document(value, { aliasDuplicateObjects: false });
  visit(document, {
    Scalar(_key, node) {
      if (typeof node.value === 'string' && node.value !== printable(node.value)) node.type = 'QUOTE_DOUBLE';
    },
  });
  return escapeAllButLines(document.toString({ lineWidth: 0 })).trimEnd();
}

function escapeAllButLines(text: string): string {
  return text.replace(UNPRINTABLE, (character) => (character === '\n' ? character : printable(character)));
}
