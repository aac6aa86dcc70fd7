'use strict';
const { join } = require('node:path');
const { loadPackageDefinition } = require('@grpc/grpc-js');
const { loadSync } = require('@grpc/proto-loader');

const protos = ['greeter.proto', 'health.proto'].map((file) => join(__dirname, file));
const { example, grpc } = loadPackageDefinition(loadSync(protos, { defaults: true }));

/** The client's class; its `service` is what a server adds. */
exports.Greeter = example.Greeter;
exports.Health = grpc.health.v1.Health;
