import { join } from 'node:path';
import type { MethodDefinition } from '@grpc/grpc-js';
import { loadSync } from '@grpc/proto-loader';
import type {
  Answer,
  LeaseGrantResponse,
  LeaseKeepAliveResponse,
  PutRequest,
  RangeRequest,
  RangeResponse,
  StatusResponse,
  TxnRequest,
  TxnResponse,
  WatchRequest,
  WatchResponse,
} from './messages';

/** One call of etcd's: its path, and how its messages become bytes and objects. */
export type Method<Request, Response> = Pick<
  MethodDefinition<Request, Response>,
  'path' | 'requestSerialize' | 'responseDeserialize'
>;

/** Beside `src` and `dist` alike. */
const definitions = loadSync(join(__dirname, '..', 'proto', 'etcd.proto'), {
  keepCase: true,
  longs: String,
  defaults: true,
  arrays: true,
});

/** The calls that are used, as proto/etcd.proto describes them. */
export const methods = {
  range: method<RangeRequest, RangeResponse>('KV', 'Range'),
  put: method<PutRequest, Answer>('KV', 'Put'),
  txn: method<TxnRequest, TxnResponse>('KV', 'Txn'),
  watch: method<WatchRequest, WatchResponse>('Watch', 'Watch'),
  leaseGrant: method<{ readonly TTL: number }, LeaseGrantResponse>('Lease', 'LeaseGrant'),
  leaseRevoke: method<{ readonly ID: string }, Answer>('Lease', 'LeaseRevoke'),
  leaseKeepAlive: method<{ readonly ID: string }, LeaseKeepAliveResponse>('Lease', 'LeaseKeepAlive'),
  status: method<object, StatusResponse>('Maintenance', 'Status'),
  authenticate: method<{ readonly name: string; readonly password: string }, { readonly token: string }>(
    'Auth',
    'Authenticate',
  ),
};

/** The parse boundary: `messages.ts` says what the proto file says, and the specs over a real etcd hold them together. */
function method<Request, Response>(service: string, name: string): Method<Request, Response> {
  const definition = definitions[`etcdserverpb.${service}`];
  const found =
    definition !== undefined && !('format' in definition)
      ? (definition[name] as MethodDefinition<Request, Response> | undefined)
      : undefined;
  if (found === undefined) throw new Error(`proto/etcd.proto has no call ${service}.${name}`);
  return found;
}
