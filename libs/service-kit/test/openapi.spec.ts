import express, { type Express } from 'express';
import Joi from 'joi';
import { createOpenApiConformance, eventually, mountedOperations } from '@rollcall/testing';
import {
  createHttpServer,
  describeApi,
  describeOperation,
  eventStreamAnswer,
  jsonAnswer,
  jsonSchemaOf,
  objectSchema,
  openApiRoutes,
  schemaRef,
  type HttpServer,
} from '../src/index';

const thing = Joi.object({ name: Joi.string().max(3).required() });
const document = describeApi({
  title: 'Things',
  version: '1.0.0',
  description: 'For a spec',
  paths: {
    '/things': {
      post: describeOperation({
        summary: 'Make a thing',
        body: thing,
        responses: { 201: jsonAnswer('Made', schemaRef('Thing')), 400: 'Faults' },
      }),
    },
    '/things/{name}': {
      get: describeOperation({
        summary: 'One thing',
        path: thing,
        query: Joi.object({ deep: Joi.boolean() }),
        responses: { 200: jsonAnswer('It', schemaRef('Thing')), 404: 'None' },
      }),
    },
    '/news': {
      get: describeOperation({ summary: 'News', responses: { 200: eventStreamAnswer('As it comes') } }),
    },
  },
  schemas: { Thing: jsonSchemaOf(thing) },
});

let server: HttpServer;
let base: string;
let openStreams = 0;

beforeAll(async () => {
  const app: Express = express();
  app.use(openApiRoutes(() => document));
  app.get('/things/honest', (_req, res) => res.json({ name: 'one' }));
  app.get('/things/extra', (_req, res) => res.json({ name: 'one', extra: true }));
  app.get('/things/text', (_req, res) => res.send('one'));
  app.get('/things/teapot', (_req, res) => res.status(418).json({}));
  app.get('/news', (_req, res) => {
    openStreams += 1;
    res.once('close', () => (openStreams -= 1));
    res.type('text/event-stream').write('event: first\n\n');
  });
  server = createHttpServer({ handler: app, host: '127.0.0.1', port: 0, halfCloseGraceMs: 50 });
  base = `http://127.0.0.1:${(await server.start()).port}`;
});
afterAll(() => server.stop(0));

it('describes input by the schemas that validate it', () => {
  expect(document.paths['/things/{name}']?.get?.parameters).toEqual([
    { name: 'name', in: 'path', required: true, schema: { type: 'string', maxLength: 3 } },
    { name: 'deep', in: 'query', schema: { type: 'boolean' } },
  ]);
  expect(document.paths['/things']?.post?.requestBody?.content['application/json']?.schema).toMatchObject({
    required: ['name'],
    additionalProperties: false,
  });
});

it('understands what validation refuses', () => {
  const refusals = (operation = document.paths['/things']?.post) => Object.keys(operation?.responses ?? {});

  expect(refusals()).toEqual(['201', '400', '413', '415']);
  expect(refusals(document.paths['/things/{name}']?.get)).toEqual(['200', '400', '404']);
  expect(refusals(document.paths['/news']?.get)).toEqual(['200']);
});

it('describes an answer by its type, each property and no other', () => {
  interface Note {
    readonly text: string;
    readonly by?: string;
  }
  const string = { type: 'string' };

  expect(objectSchema<Note>({ text: string, by: string }, { optional: ['by'] })).toEqual({
    type: 'object',
    properties: { text: string, by: string },
    required: ['text'],
    additionalProperties: false,
  });
});

it('says which tokens are taken, and that none may be needed', () => {
  const guarded = describeApi({ ...document.info, paths: {}, schemas: {}, bearer: 'one with a scope' });

  expect(guarded.components.securitySchemes).toEqual({
    bearer: { type: 'http', scheme: 'bearer', description: 'one with a scope' },
  });
  expect(guarded.security).toEqual([{}, { bearer: [] }]);
});

it('describes a map by its pattern, and by nothing else', () => {
  expect(jsonSchemaOf(Joi.object().pattern(/^[a-z]+$/, Joi.string()))).toEqual({
    type: 'object',
    properties: {},
    patternProperties: { '^[a-z]+$': { type: 'string' } },
    additionalProperties: false,
  });
});

it('serves the document, and a page that needs nothing from elsewhere', async () => {
  expect(await (await fetch(`${base}/openapi.json`)).json()).toEqual(document);
  const page = await (await fetch(`${base}/docs`)).text();
  const assets = [...page.matchAll(/(?:src|href)="([^"]+)"/g)].map(([, address = '']) => address);
  expect(assets).toHaveLength(3);
  for (const asset of assets) {
    expect(asset).not.toMatch(/^(?:https?:)?\/\//);
    expect((await fetch(`${base}/${asset}`)).status).toBe(200);
  }
});

describe('conformance', () => {
  it('lets through what the document says, and remembers what was not asked', async () => {
    const api = createOpenApiConformance(document);
    expect((await api.fetch(`${base}/things/honest`)).status).toBe(200);
    expect(api.untried()).toEqual(['POST /things', 'GET /news']);
  });

  it('looks at the kind of a stream, and leaves its end to its reader', async () => {
    const response = await createOpenApiConformance(document).fetch(`${base}/news`);
    expect(openStreams).toBe(1);

    await response.body?.cancel();

    await eventually(() => openStreams === 0);
  });

  it('holds what was read elsewhere against a schema', () => {
    const api = createOpenApiConformance(document);

    expect(() => api.check('Thing', { name: 'one' })).not.toThrow();
    expect(() => api.check('Thing', { name: 'one', extra: true })).toThrow('additional properties');
  });

  it('has a list of its own to hold against that of an app, routers in it included', () => {
    const app: Express = express();
    app.route('/things').post(() => undefined);
    app.use(express.Router().get('/things/:name', () => undefined));
    app.get('/news', () => undefined);

    expect(createOpenApiConformance(document).operations()).toEqual(mountedOperations(app));
  });

  it.each([
    ['extra', 'additional properties'],
    ['text', 'no text/html'],
    ['teapot', 'no such status'],
  ])('finds out /things/%s', async (name, fault) => {
    await expect(createOpenApiConformance(document).fetch(`${base}/things/${name}`)).rejects.toThrow(fault);
  });

  it('finds out an operation that is not in the document', async () => {
    await expect(createOpenApiConformance(document).fetch(`${base}/elsewhere`)).rejects.toThrow(
      'has no GET /elsewhere',
    );
  });
});
