'use strict';

const { etcd } = require('./etcd');
const { rollcall } = require('./rollcall');

const ALL_CONTENDERS = [rollcall, etcd];

module.exports = { ALL_CONTENDERS };
