'use strict';
const { join } = require('node:path');
const { loadPackageDefinition } = require('@grpc/grpc-js');
const { loadSync } = require('@grpc/proto-loader');

const definition = loadSync(join(__dirname, 'greeter.proto'), { defaults: true });

/** The client's class; its `service` is what a server adds. */
exports.Greeter = loadPackageDefinition(definition).example.Greeter;
