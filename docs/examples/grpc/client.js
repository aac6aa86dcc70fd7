'use strict';
const { credentials } = require('@grpc/grpc-js');
const { Greeter } = require('./greeter');

const client = new Greeter(process.env.GATEWAY ?? '127.0.0.1:8000', credentials.createInsecure());

client.greet({ text: 'world' }, { deadline: Date.now() + 2000 }, (error, answer) => {
  console.log(error === null ? answer.text : `${error.code} ${error.details}`);
  client.close();
});
