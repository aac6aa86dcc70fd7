'use strict';
const grpc = require('@grpc/grpc-js');
const { createIdentityInterceptor, createRegistrar } = require('@rollcall/registry-client');
const { Greeter, Health } = require('./greeter');
const { Metadata, Server, ServerCredentials, status } = grpc;

const NAME = process.env.NAME ?? String(process.pid);

/** Says who answers, before the first message. */
function introduce(call) {
  const metadata = new Metadata();
  metadata.set('x-instance', NAME);
  for (const value of call.metadata.get('x-caller')) metadata.add('x-caller', value);
  call.sendMetadata(metadata);
}

function trailers() {
  const metadata = new Metadata();
  metadata.set('x-served-by', NAME);
  return metadata;
}

let registrar;
const server = new Server({
  'grpc.max_receive_message_length': 8 * 1024 * 1024,
  // Probes of the registry learn from it that this instance is the one that was registered here.
  interceptors: [createIdentityInterceptor(grpc, () => registrar?.identity())],
});

// Of the whole server; the package grpc-health-check keeps a status a service, and serves Watch.
server.addService(Health.service, {
  check: ({ request }, done) =>
    request.service === ''
      ? done(null, { status: 'SERVING' })
      : done({ code: status.NOT_FOUND, details: `no service ${request.service}` }),
});

server.addService(Greeter.service, {
  greet(call, done) {
    introduce(call);
    const { text, payload } = call.request;
    if (text === 'never') {
      call.on('cancelled', () => console.log('cancelled'));
      return;
    }
    if (text === 'fail') {
      const metadata = trailers();
      // A google.rpc.Status, as libraries for richer errors write it.
      metadata.set('grpc-status-details-bin', Buffer.from([0x08, 0x09, 0x12, 0x01, 0x78]));
      done({ code: status.FAILED_PRECONDITION, details: 'größer als 100 %', metadata });
      return;
    }
    done(null, { text: `hello ${text}`, payload }, trailers());
  },
  count(call) {
    introduce(call);
    for (let count = 1; count <= call.request.count; count += 1)
      call.write({ text: call.request.text, count });
    call.end(trailers());
  },
  collect(call, done) {
    introduce(call);
    const texts = [];
    call.on('data', ({ text }) => texts.push(text));
    call.on('end', () => done(null, { text: texts.join(' '), count: texts.length }, trailers()));
  },
  chat(call) {
    introduce(call);
    call.on('data', ({ text }) => call.write({ text: `${text} yourself` }));
    call.on('end', () => call.end(trailers()));
  },
});

server.bindAsync(`127.0.0.1:${process.env.PORT ?? 0}`, ServerCredentials.createInsecure(), (error, port) => {
  if (error) throw error;
  registrar = createRegistrar({
    registryUrls: [process.env.REGISTRY_URL ?? 'http://127.0.0.1:8080'],
    token: process.env.REGISTRY_TOKEN,
    advertise: { url: `http://127.0.0.1:${port}` },
    registration: {
      service_name: 'greeter',
      protocol: 'h2c',
      health_path: '/grpc.health.v1.Health/Check',
      // The name of the proto's package and service: all calls of it go here.
      routes: [{ path_prefix: '/example.Greeter' }],
    },
  });
  void registrar.start();

  // Its callers let go of it first; then what is under way ends.
  process.once('SIGTERM', async () => {
    await registrar.stop({ whenIdle: () => new Promise((resolve) => server.tryShutdown(resolve)) });
    process.exit(0);
  });
});
