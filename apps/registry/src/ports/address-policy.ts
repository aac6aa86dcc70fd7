/** Which addresses may be registered. Asked by every registration; answers within a quarter of a second, never rejects. */
export interface AddressPolicy {
  /** Why that URL may not be registered, as a sentence; `undefined` when it may. */
  refusal(url: string): Promise<string | undefined>;
}
