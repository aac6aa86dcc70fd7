import { rangeOf, type KeyRange } from './key-range';
import { keyValueOf, type KeyValue } from './key-value';
import type { TxnRequest, WireCompare, WireOperation, WireOperationResult } from './messages';

/** What has to hold of one key. A key that does not exist has 0 for all of its numbers. */
export type Compare = { readonly key: string; readonly is?: '=' | '!=' | '<' | '>' } & (
  | { readonly modRevision: number }
  | { readonly createRevision: number }
  | { readonly version: number }
  | { readonly value: string | Uint8Array }
  | { readonly lease: string }
);

export type Operation =
  | { readonly put: { readonly key: string; readonly value: string | Uint8Array; readonly lease?: string } }
  | { readonly delete: KeyRange }
  | { readonly range: KeyRange };

/** Everything in `success` at one revision if all comparisons hold, else everything in `failure`. At most 128 each. */
export interface Transaction {
  readonly compare?: readonly Compare[];
  readonly success?: readonly Operation[];
  readonly failure?: readonly Operation[];
}

export type OperationResult =
  | { readonly kind: 'put' }
  | { readonly kind: 'deleted'; readonly count: number }
  | { readonly kind: 'range'; readonly keyValues: readonly KeyValue[] };

export interface TransactionResult {
  readonly succeeded: boolean;
  /** Of the store after it: if it wrote something, that of its events. */
  readonly revision: number;
  /** One for each operation of the branch that was taken, in order. */
  readonly results: readonly OperationResult[];
}

export function txnRequestOf({ compare = [], success = [], failure = [] }: Transaction): TxnRequest {
  return {
    compare: compare.map(compareOf),
    success: success.map(operationOf),
    failure: failure.map(operationOf),
  };
}

export function operationResultOf(result: WireOperationResult): OperationResult {
  if (result.response_range) return { kind: 'range', keyValues: result.response_range.kvs.map(keyValueOf) };
  if (result.response_delete_range)
    return { kind: 'deleted', count: Number(result.response_delete_range.deleted) };
  return { kind: 'put' };
}

/** `Compare.CompareResult` of the proto file. */
const RESULTS = { '=': 0, '>': 1, '<': 2, '!=': 3 } as const;
/** `Compare.CompareTarget` of the proto file. */
const TARGETS = { version: 0, create: 1, mod: 2, value: 3, lease: 4 } as const;

function compareOf(compare: Compare): WireCompare {
  const common = { key: Buffer.from(compare.key), result: RESULTS[compare.is ?? '='] };
  if ('modRevision' in compare) return { ...common, target: TARGETS.mod, mod_revision: compare.modRevision };
  if ('createRevision' in compare)
    return { ...common, target: TARGETS.create, create_revision: compare.createRevision };
  if ('version' in compare) return { ...common, target: TARGETS.version, version: compare.version };
  if ('value' in compare) return { ...common, target: TARGETS.value, value: bytesOf(compare.value) };
  return { ...common, target: TARGETS.lease, lease: compare.lease };
}

function operationOf(operation: Operation): WireOperation {
  if ('range' in operation) return { request_range: rangeOf(operation.range) };
  if ('delete' in operation) return { request_delete_range: rangeOf(operation.delete) };
  const { key, value, lease } = operation.put;
  return {
    request_put: { key: Buffer.from(key), value: bytesOf(value), ...(lease !== undefined && { lease }) },
  };
}

export function bytesOf(value: string | Uint8Array): Buffer {
  return typeof value === 'string' ? Buffer.from(value) : Buffer.from(value);
}
