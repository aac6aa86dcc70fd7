import type { YamlDocument } from '@rollcall/service-kit';
import { parseDocument } from 'yaml';

/** YAML, as `readDocument` takes it. */
export function parseYaml(text: string): YamlDocument {
  return parseDocument(text, { uniqueKeys: true, prettyErrors: false });
}
