/**
 * etcd's messages as they are read and written here, with the names of proto/etcd.proto. 64-bit numbers are texts, since
 * a lease's id does not fit into a JavaScript number. Enums are numbers: an unknown enum name would be sent as 0 without
 * an error, and a comparison would quietly compare something else.
 */

export interface Header {
  readonly cluster_id: string;
  readonly revision: string;
}

export interface Answer {
  readonly header: Header | null;
}

export interface WireKeyValue {
  readonly key: Buffer;
  readonly create_revision: string;
  readonly mod_revision: string;
  readonly version: string;
  readonly value: Buffer;
  readonly lease: string;
}

export interface WireEvent {
  /** 0: put, 1: deleted. */
  readonly type: number;
  readonly kv: WireKeyValue | null;
}

export interface RangeRequest {
  readonly key: Buffer;
  readonly range_end?: Buffer;
  readonly limit?: number;
  readonly revision?: number;
  readonly keys_only?: boolean;
  readonly count_only?: boolean;
}

export interface RangeResponse extends Answer {
  readonly kvs: readonly WireKeyValue[];
  readonly more: boolean;
  readonly count: string;
}

export interface PutRequest {
  readonly key: Buffer;
  readonly value: Uint8Array;
  readonly lease?: string;
}

export interface DeleteRangeRequest {
  readonly key: Buffer;
  readonly range_end?: Buffer;
}

export interface WireCompare {
  readonly result: number;
  readonly target: number;
  readonly key: Buffer;
  readonly version?: number;
  readonly create_revision?: number;
  readonly mod_revision?: number;
  readonly value?: Buffer;
  readonly lease?: string;
}

export type WireOperation =
  | { readonly request_range: RangeRequest }
  | { readonly request_put: PutRequest }
  | { readonly request_delete_range: DeleteRangeRequest };

export interface TxnRequest {
  readonly compare: readonly WireCompare[];
  readonly success: readonly WireOperation[];
  readonly failure: readonly WireOperation[];
}

/** One of them is there. */
export interface WireOperationResult {
  readonly response_range?: RangeResponse;
  readonly response_put?: Answer;
  readonly response_delete_range?: Answer & { readonly deleted: string };
}

export interface TxnResponse extends Answer {
  readonly succeeded: boolean;
  readonly responses: readonly WireOperationResult[];
}

export interface WatchRequest {
  readonly create_request: {
    readonly key: Buffer;
    readonly range_end?: Buffer;
    readonly start_revision: number;
    readonly fragment: true;
  };
}

export interface WatchResponse extends Answer {
  readonly watch_id: string;
  readonly created: boolean;
  readonly canceled: boolean;
  readonly compact_revision: string;
  readonly cancel_reason: string;
  readonly fragment: boolean;
  readonly events: readonly WireEvent[];
}

export interface LeaseGrantResponse extends Answer {
  readonly ID: string;
  readonly TTL: string;
  readonly error: string;
}

export interface LeaseKeepAliveResponse extends Answer {
  readonly ID: string;
  readonly TTL: string;
}

export interface StatusResponse extends Answer {
  readonly version: string;
  readonly dbSize: string;
  readonly dbSizeInUse: string;
  /** 0 before etcd 3.6. */
  readonly dbSizeQuota: string;
  /** 0 while this member knows of no leader. */
  readonly leader: string;
  readonly errors: readonly string[];
}
