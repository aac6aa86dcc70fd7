'use strict';
const { Client, credentials, Metadata } = require('@grpc/grpc-js');

const asIs = (bytes) => bytes;

/** Opens a call of each kind at a path; what its messages are does not matter. */
const KINDS = {
  unary: (client, path, metadata, options) =>
    client.makeUnaryRequest(path, asIs, asIs, Buffer.from('x'), metadata, options, () => undefined),
  'server stream': (client, path, metadata, options) =>
    client.makeServerStreamRequest(path, asIs, asIs, Buffer.from('x'), metadata, options),
  'client stream'(client, path, metadata, options) {
    const call = client.makeClientStreamRequest(path, asIs, asIs, metadata, options, () => undefined);
    call.write(Buffer.from('x'));
    return call;
  },
  'both ways'(client, path, metadata, options) {
    const call = client.makeBidiStreamRequest(path, asIs, asIs, metadata, options);
    call.write(Buffer.from('x'));
    return call;
  },
};
exports.KINDS = Object.keys(KINDS);

/** @param {{ kind: string, path: string, fields: Record<string, string>, deadlineMs?: number }} given */
exports.openCall = (client, { kind, path, fields, deadlineMs }) => {
  const metadata = new Metadata();
  for (const [name, value] of Object.entries(fields)) metadata.set(name, value);
  const options = deadlineMs === undefined ? {} : { deadline: Date.now() + deadlineMs };
  // How it ends comes as its status, too.
  return KINDS[kind](client, path, metadata, options)
    .on('error', () => undefined)
    .on('data', () => undefined);
};

/** As a process of its own, it opens what it is asked to and stays until it is killed. */
if (require.main === module) {
  const client = new Client(process.env.HOST, credentials.createInsecure());
  for (const given of JSON.parse(process.env.CALLS)) exports.openCall(client, given);
}
