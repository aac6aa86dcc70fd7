import { acknowledgeRequestSchema } from './acknowledgement';

const subscriber = '9f0e0c1a-7c9d-4a52-8e8b-0a4a2f3d5c6e';
const accepts = (body: unknown) => acknowledgeRequestSchema.validate(body).error === undefined;

describe('acknowledgeRequestSchema', () => {
  it.each([
    [{ subscriber, stream_secret: 's', revision: 0 }],
    [{ subscriber, stream_secret: 's', revision: 7, goodbye: true }],
  ])('takes %j', (body) => expect(accepts(body)).toBe(true));

  it.each([
    ['a subscriber that is no UUID', { subscriber: 'me', stream_secret: 's', revision: 7 }],
    ['no secret', { subscriber, revision: 7 }],
    ['no revision', { subscriber, stream_secret: 's' }],
    ['half a goodbye', { subscriber, stream_secret: 's', revision: 7, goodbye: false }],
  ])('refuses %s', (_what, body) => expect(accepts(body)).toBe(false));
});
