import Ajv2020, { type ValidateFunction } from 'ajv/dist/2020';
import addFormats from 'ajv-formats';

/** The part of an OpenAPI document that a check of answers needs. */
export interface DescribedApi {
  readonly paths: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
  readonly components?: unknown;
}

export interface OpenApiConformance {
  /**
   * `fetch`, whose answer must be one that the document has for this operation: status, media type and body.
   *
   * @throws when it is not, saying what differs
   */
  fetch(url: string, init?: RequestInit): Promise<Response>;
  /**
   * For what is said in a stream: whether it is what the document has under this name.
   *
   * @throws when it is not, saying what differs
   */
  check(schemaName: string, value: unknown): void;
  /** Every operation of the document, e.g. `GET /products/{id}`. Sorted. */
  operations(): string[];
  /** Operations of the document that `fetch` has not asked yet. */
  untried(): string[];
}

/** Holds what an app answers against what its OpenAPI document says that it answers. */
export function createOpenApiConformance(document: DescribedApi): OpenApiConformance {
  const ajv = new Ajv2020({ strict: false, allErrors: true });
  addFormats(ajv);
  ajv.addSchema({ $id: 'document', ...document });
  const operations = Object.entries(document.paths).flatMap(([path, item]) =>
    Object.keys(item).map((method) => ({
      name: `${method.toUpperCase()} ${path}`,
      method,
      path,
      tried: false,
    })),
  );

  return {
    async fetch(url, init) {
      const method = (init?.method ?? 'GET').toLowerCase();
      const { pathname } = new URL(url);
      const operation = operations.find((each) => each.method === method && matches(each.path, pathname));
      if (operation === undefined) throw new Error(`the document has no ${method.toUpperCase()} ${pathname}`);
      operation.tried = true;
      const response = await fetch(url, init);
      await checkAnswer(operation, response.clone());
      return response;
    },
    check(schemaName, value) {
      hold(schemaName, ['components', 'schemas', schemaName], value);
    },
    operations: () => operations.map(({ name }) => name).sort(),
    untried: () => operations.filter((operation) => !operation.tried).map((operation) => operation.name),
  };

  async function checkAnswer(
    operation: { name: string; method: string; path: string },
    response: Response,
  ): Promise<void> {
    const where = `${operation.name} → ${response.status}`;
    const answer = ['paths', operation.path, operation.method, 'responses', String(response.status)];
    if (valueAt(document, answer) === undefined) throw new Error(`${where}: the document has no such status`);
    const type = (response.headers.get('content-type') ?? '').split(';')[0] ?? '';
    const schema = [...answer, 'content', type, 'schema'];
    const isDescribed = valueAt(document, schema) !== undefined;
    // A stream has no end to be read to.
    if (isDescribed && !/[/+]json$/.test(type)) return void response.body?.cancel();
    const text = await response.text();
    if (text === '' && valueAt(document, [...answer, 'content']) === undefined) return;
    if (!isDescribed) throw new Error(`${where}: the document has no ${type} for it`);
    hold(where, schema, JSON.parse(text));
  }

  function hold(where: string, schema: readonly string[], value: unknown): void {
    const validate = validator(schema);
    if (!validate(value))
      throw new Error(
        `${where}: ${ajv.errorsText(validate.errors, { dataVar: 'body' })}\n${JSON.stringify(value)}`,
      );
  }

  function validator(pointer: readonly string[]): ValidateFunction {
    const ref = `document#/${pointer.map((part) => encodeURIComponent(part.replace(/~/g, '~0').replace(/\//g, '~1'))).join('/')}`;
    return ajv.getSchema(ref) ?? ajv.compile({ $ref: ref });
  }
}

function matches(template: string, pathname: string): boolean {
  const pattern = template.replace(/[.*+?^$()|[\]\\]/g, '\\$&').replace(/\{[^}]+\}/g, '[^/]+');
  return new RegExp(`^${pattern}$`).test(pathname);
}

function valueAt(value: unknown, path: readonly string[]): unknown {
  return path.reduce<unknown>(
    (at, key) =>
      at !== null && typeof at === 'object'
        ? (Object.getOwnPropertyDescriptor(at, key)?.value as unknown)
        : undefined,
    value,
  );
}
