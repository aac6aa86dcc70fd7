import Ajv2020 from 'ajv/dist/2020';
import addFormats from 'ajv-formats';

/** @returns what tells everything about a value that the schema (draft 2020-12) does not take; nothing for one that it does */
export function createJsonSchemaCheck(schema: object): (value: unknown) => readonly string[] {
  const ajv = new Ajv2020({ strict: false, allErrors: true });
  addFormats(ajv);
  const validate = ajv.compile(schema);
  return (value) =>
    validate(value)
      ? []
      : (validate.errors ?? []).map(({ instancePath, message }) => `${instancePath} ${message}`);
}
