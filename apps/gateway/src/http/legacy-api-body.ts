import Joi from 'joi';
import { canonicalInstanceUrl, serviceNameSchema } from '@rollcall/contracts';
import { AppError, validate } from '@rollcall/service-kit';
import type { LegacyService } from '../use-cases/legacy-service';

const addressSchema = Joi.string()
  .max(512)
  .custom((value: string, helpers) => {
    // The older services gave `localhost:9090`, and meant http.
    const result = canonicalInstanceUrl(/^[a-z][a-z0-9+.-]*:\/\//i.test(value) ? value : `http://${value}`);
    return 'url' in result ? result.url : helpers.message({ custom: `{{#label}} ${result.fault}` });
  });

// A name is a path segment here: the route is `/<name>`.
const registrationSchema = Joi.object<LegacyService>({
  name: serviceNameSchema.required(),
  address: addressSchema.required(),
}).required();

const deregistrationSchema = Joi.object<{ name: string; address?: string }>({
  name: serviceNameSchema.required(),
  address: addressSchema,
}).required();

/** `name,address` or JSON `{name, address}`, whatever the Content-Type. */
export function parseLegacyRegistration(body: string): LegacyService {
  return validate(registrationSchema, fieldsOf(body), 'body');
}

/** `name`, `name,address` or JSON. */
export function parseLegacyDeregistration(body: string): {
  readonly name: string;
  readonly address?: string;
} {
  return validate(deregistrationSchema, fieldsOf(body), 'body');
}

function fieldsOf(body: string): unknown {
  const text = body.trim();
  if (text.startsWith('{')) return parsedJson(text);
  const comma = text.indexOf(',');
  return comma === -1
    ? { name: text }
    : { name: text.slice(0, comma).trim(), address: text.slice(comma + 1).trim() };
}

function parsedJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new AppError({ code: 'MALFORMED_JSON', status: 400, message: 'The body is not JSON.', cause });
  }
}
