/** Answer of `GET /whoami`: what the registry takes the caller for, and what it may do. */
export interface WhoamiResponse {
  /** `off`: no call is asked for a token, and every caller may do everything. */
  readonly auth: 'on' | 'off';
  /** Of the token or the certificate, the `actor` of what is done with it; `null` for a call with neither where they are asked for. */
  readonly name: string | null;
  /** What the name was taken from; `null` for a call with neither. Registries of before there were certificates leave it out. */
  readonly proven_by?: 'token' | 'certificate' | null;
  /** The names of the certificate of a call without a token (`URI:…`, `DNS:…`), where certificates count; else `null`. */
  readonly certificate?: readonly string[] | null;
  /** `read`, `admin`, `write:*`, `write:<service>`. */
  readonly scopes: readonly string[];
  /** Paths that its bearer may announce, as in the tokens file; `null` where the file names none of the token. */
  readonly routes: readonly string[] | null;
  /** The same by service, for each service of the tokens file that the token may write. */
  readonly service_routes: Readonly<Record<string, readonly string[]>>;
}
