/** Answer of `GET /whoami`: what the registry takes the caller for, and what it may do. */
export interface WhoamiResponse {
  /** `off`: no call is asked for a token, and every caller may do everything. */
  readonly auth: 'on' | 'off';
  /** The name of the token, the `actor` of what is done with it; `null` for a call without a token where one is asked for. */
  readonly name: string | null;
  /** `read`, `admin`, `write:*`, `write:<service>`. */
  readonly scopes: readonly string[];
  /** Paths that its bearer may announce, as in the tokens file; `null` where the file names none of the token. */
  readonly routes: readonly string[] | null;
  /** The same by service, for each service of the tokens file that the token may write. */
  readonly service_routes: Readonly<Record<string, readonly string[]>>;
}
